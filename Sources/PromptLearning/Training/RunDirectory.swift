import Basics
import Foundation
import Glibc

/// The folder of a run: its configuration, checkpoints, metrics and result.
public final class RunDirectory: Sendable {
  /// The folder.
  public let path: String
  private let lock: FileLock

  /// The configuration with where its values came from.
  public struct Record: Codable, Equatable, Sendable {
    /// What decides the numbers.
    public var configuration: RunConfiguration
    /// For each setting of the recipe: `option`, `configuration file`, `card` or `published`.
    public var sources: [String: String]
    /// How many numbers are learned.
    public var learnedParameters: Int
    /// See ``Trainer/initialLogitDifference()``.
    public var initialLogitDifference: Double?

    /// A record of the given parts.
    public init(
      configuration: RunConfiguration, sources: [String: String], learnedParameters: Int,
      initialLogitDifference: Double? = nil
    ) {
      self.configuration = configuration
      self.sources = sources
      self.learnedParameters = learnedParameters
      self.initialLogitDifference = initialLogitDifference
    }
  }

  /// Opens the folder of a run, new or begun, for this process alone.
  ///
  /// - Throws: a usage ``Failure`` if another configuration was run there, naming the differences; ``Failure`` if another
  ///   process runs there, or the folder cannot be made.
  public init(opening path: String, for record: Record) throws {
    self.path = path
    try Folder.make(path)
    lock = try FileLock(in: path)
    if FileManager.default.fileExists(atPath: recordPath) {
      let differences = record.configuration.differences(from: try Self.record(in: path).configuration)
      guard differences.isEmpty else {
        throw Failure.usage(
          "\(path) holds a run of another configuration (\(differences.joined(separator: "; "))); "
            + "choose another --out, or remove the folder")
      }
    } else {
      let foreign = [checkpointPath, finalPath, bestPath, metricsPath, resultPath].filter {
        FileManager.default.fileExists(atPath: $0)
      }
      guard foreign.isEmpty else {
        throw Failure.usage(
          "\(path) holds files of a run (\(foreign.map { ($0 as NSString).lastPathComponent }.joined(separator: ", "))), "
            + "but no run.json that says of which; choose another --out, or remove them")
      }
      try Self.write(record, to: recordPath)
    }
  }

  /// What is known of the run in a folder.
  ///
  /// - Throws: ``Failure`` if there is no run.
  public static func record(in path: String) throws -> Record {
    guard let data = FileManager.default.contents(atPath: "\(path)/run.json") else {
      throw Failure("\(path) holds no run: \(path)/run.json cannot be read; make one with rpp train --out \(path)")
    }
    do {
      return try JSONDecoder().decode(Record.self, from: data)
    } catch {
      throw Failure("\(path)/run.json is damaged: it is no record of a run")
    }
  }

  private var recordPath: String { "\(path)/run.json" }
  /// The last state of a run that goes on.
  public var checkpointPath: String { "\(path)/checkpoint.safetensors" }
  /// The state after the last step.
  public var finalPath: String { Self.finalPath(in: path) }
  /// The state that did best on validation images.
  public var bestPath: String { "\(path)/best.safetensors" }
  /// One line of JSON for each epoch.
  public var metricsPath: String { "\(path)/metrics.jsonl" }

  /// The state after the last step of the run in a folder.
  public static func finalPath(in path: String) -> String { "\(path)/final.safetensors" }

  /// Whether the run was brought to its end.
  public var isFinished: Bool { FileManager.default.fileExists(atPath: finalPath) }

  /// Drops the lines of epochs from `epoch` on, and broken ones: an earlier attempt went further than its checkpoint.
  public func keepMetrics(before epoch: Int) throws {
    let decoder = JSONDecoder()
    let kept = (FileManager.default.contents(atPath: metricsPath) ?? Data()).split(separator: UInt8(ascii: "\n"))
      .filter { line in (try? decoder.decode(EpochMetrics.self, from: line)).map { $0.epoch < epoch } ?? false }
    try AtomicFile.write(Data(kept.flatMap { $0 + [UInt8(ascii: "\n")] }), to: metricsPath)
  }

  /// Adds the line of an epoch.
  public func append(_ metrics: EpochMetrics) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let line = try encoder.encode(metrics) + [UInt8(ascii: "\n")]
    let file = open(metricsPath, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, line.withUnsafeBytes({ Glibc.write(file, $0.baseAddress!, $0.count) }) == line.count else {
      throw Failure("cannot write \(metricsPath): \(String(cString: strerror(errno)))")
    }
  }

  /// What the run came to; nil before its end.
  public var result: RunResult? {
    FileManager.default.contents(atPath: resultPath).flatMap { try? JSONDecoder().decode(RunResult.self, from: $0) }
  }

  /// Keeps more of what is known of the run.
  public func keep(_ record: Record) throws { try Self.write(record, to: recordPath) }

  /// Keeps what the run came to.
  public func keep(_ result: RunResult) throws { try Self.write(result, to: resultPath) }

  private var resultPath: String { "\(path)/result.json" }

  private static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(value) + [UInt8(ascii: "\n")], to: path)
  }
}

/// What happened in one epoch.
public struct EpochMetrics: Codable, Equatable, Sendable {
  /// Counted from 0.
  public let epoch: Int
  /// Steps made when it was over.
  public let step: Int
  /// Its learning rate.
  public let learningRate: Double
  /// The mean loss of its steps.
  public let loss: Double
  /// The share of its images, in [0, 1], that were named right before their step.
  public let accuracy: Double
  /// Accuracy on validation images after it, where they were looked at.
  public let validationAccuracy: Double?
}
