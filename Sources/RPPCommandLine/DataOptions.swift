import ArgumentParser
import Datasets
import FeatureStore

/// Where images come from and what is done with broken ones, of every command that reads a task's images; ``RootCommand`` hands it to
/// ``CommandLineApp/tasks``.
struct DataOptions: ParsableArguments {
  @OptionGroup var place: DataRootOption
  @Flag(help: "An image that cannot be read is an error; else it is left out, and said.")
  var strict = false
  @Flag(help: "Read every image file again, instead of knowing it by size and modification time.")
  var verify = false

  /// What leaves broken images out.
  ///
  /// - Parameter isKept: Whether what is known of files is kept for other processes.
  func checks(isKept: Bool) -> ImageChecks? {
    strict
      ? nil : ImageChecks(folder: isKept ? Self.indexFolder : nil, verifies: verify, note: Terminal.line)
  }

  /// Where it is kept.
  static var indexFolder: String { "\(Cache.path())/files" }
}
