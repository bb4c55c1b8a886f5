import ArgumentParser
import Basics
import Datasets
import Foundation

/// The classes of prompts that each class has of its own, which a checkpoint does not name.
struct ImportedClassesOptions: ParsableArguments {
  @Option(
    help: "The names of the classes in label order, separated by commas, where each has prompts of its own.",
    transform: Setting.texts)
  var classNames: Setting<[String]>?
  @Option(help: "The same from a file, one name a line.")
  var classNamesFile: String?

  /// The names as tasks have them; nil if none were given.
  ///
  /// - Throws: ``Failure`` if the file cannot be read, or its lines are no names of classes.
  func resolve(_ settings: inout Settings) throws -> [String]? {
    if classNames != nil, classNamesFile != nil {
      settings.mistake("--class-names and --class-names-file name the classes twice; leave one of them out")
    }
    if let texts = classNames?.known {
      var names = ClassNames(of: "name")
      return try settings.attempt("class-names") {
        for text in texts { try names.add(text) { Failure.usage($0) } }
        return names.names
      }
    }
    guard let classNamesFile else { return nil }
    guard let text = String(validating: try RegularFile.contents(of: classNamesFile), as: UTF8.self) else {
      throw Failure("\(classNamesFile): this is not UTF-8 text")
    }
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    // Behind the last line break.
    if lines.last == "" { lines.removeLast() }
    var names = ClassNames(of: "line")
    for (index, line) in lines.enumerated() {
      try names.add(String(line)) { Failure("\(classNamesFile), line \(index + 1): \($0)") }
    }
    guard !names.names.isEmpty else { throw Failure("\(classNamesFile): no class names, one a line, are in it") }
    return names.names
  }
}
