import Basics
import BoundAnalysis
import Foundation

/// The folder of a sweep: `bound.json` says what belongs together, `sweeps/` has a folder for each structure,
/// `sweeps.json` everything that was measured when it was finished.
struct SweepFolder {
  /// What is the same for everything in a folder.
  struct Record: Codable, Equatable {
    var format = "rpp-bound-1"
    let families: PromptFamily.Setting
    let weights: [DistillationWeight]
    let pilots: Int
    let goesBothWays: Bool
    let restarts: Int
    /// Nil for the standard one of each structure.
    let budget: Int?

    init(families: PromptFamily.Setting, setting: BoundSetting, budget: Int?) {
      self.families = families
      weights = setting.weights
      pilots = setting.pilots
      goesBothWays = setting.goesBothWays
      restarts = setting.restarts
      self.budget = budget
    }
  }

  let path: String

  /// Writes the record into a new folder, or compares it with that of one that was begun.
  ///
  /// - Throws: a usage ``Failure`` if the folder holds another sweep, naming what differs, or something else.
  func open(_ record: Record) throws {
    try Folder.make(path)
    let lock = try FileLock.waiting(in: path, name: "bound.lock")
    defer { withExtendedLifetime(lock) {} }
    guard FileManager.default.fileExists(atPath: recordPath) else {
      try Folder.requireFree(path, record: "bound.json", lock: "bound.lock", what: "sweep")
      return try KeptJSON.write(record, to: recordPath)
    }
    let there = try JSONText.decode(Record.self, file: recordPath)
    guard there.format == record.format else {
      throw Failure("\(recordPath) is of the form \(there.format), this version reads \(record.format)")
    }
    let differences = try settings(of: record).differences(there: settings(of: there))
    guard differences.isEmpty else {
      throw Failure.usage("\(path) holds another sweep (\(differences.joined(separator: "; "))); choose another --out")
    }
  }

  /// Keeps all that a sweep came to, so that its report can be drawn again.
  func keep(_ results: BoundResults) throws {
    try KeptJSON.write(results, to: resultsPath)
  }

  /// What ``keep(_:)`` kept.
  ///
  /// - Throws: ``Failure`` if there is nothing, or it is damaged.
  func results() throws -> BoundResults {
    guard let results = try KeptJSON.value(BoundResults.self, in: resultsPath) else {
      throw Failure("the sweep in \(path) has not been finished yet; the command that began it goes on with it")
    }
    return results
  }

  /// Whether it holds a sweep.
  var isSweep: Bool { FileManager.default.fileExists(atPath: recordPath) }

  /// The folder of a structure.
  func path(of structure: String) -> String {
    let word = structure.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    return "\(path)/sweeps/\(word)_\(ContentHash(of: structure).digits.prefix(12))"
  }

  private func settings(of record: Record) throws -> RecordedSettings {
    let own = try RecordedSettings(of: record).without("families")
    return RecordedSettings(own.texts.merging(try RecordedSettings(of: record.families).texts) { first, _ in first })
  }

  private var recordPath: String { "\(path)/bound.json" }
  private var resultsPath: String { "\(path)/sweeps.json" }
}
