import Basics
import CLIPModel
import Foundation
import Glibc
import SafeTensors
import PromptLearning

/// The folder of a run: its configuration, checkpoints, metrics, result and timing.
public final class RunDirectory: Sendable {
  /// The folder.
  public let path: String
  /// Nil where another rank writes.
  private let lock: FileLock?
  /// What this opening made, which ``withdraw()`` takes away.
  private let (madeFolder, madeRecord): (Bool, Bool)

  /// The configuration with where its values came from.
  public struct Record: Codable, Equatable, Sendable {
    /// What decides the numbers.
    public var configuration: RunConfiguration
    /// For each setting of the recipe: `option`, `configuration file`, `card` or `published`.
    public var sources: [String: String]
    /// What the program is called that began the run; nil for runs of before it was recorded. It decides no number, but a run with
    /// a plugin of its own can only be read by a program that knows it.
    public var program: String?
    /// Where the data lie that the task's name leaves open, see ``ClassificationTask/root``. It decides no number: with a copy
    /// elsewhere the run goes on.
    public var dataRoot: String?
    /// How many numbers are learned.
    public var learnedParameters: Int
    /// See ``StartDiagnostics``; nil where the structure has none.
    public var startDiagnostics: [String: Double]?
    /// In which arithmetic the steps of the run were computed.
    public var arithmetic = ArithmeticHistory()

    /// A record of the given parts.
    public init(
      configuration: RunConfiguration, sources: [String: String], learnedParameters: Int,
      program: String? = ProcessInfo.processInfo.processName
    ) {
      self.configuration = configuration
      self.sources = sources
      self.learnedParameters = learnedParameters
      self.program = program
    }
  }

  /// Opens the folder of a run, new or begun, for this process alone.
  ///
  /// - Throws: a usage ``Failure`` if another configuration was run there, naming the differences, or something else is there;
  ///   ``Failure`` if another process runs there, or the folder cannot be made.
  public init(opening path: String, for record: Record) throws {
    self.path = path
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let names = isThere && isFolder.boolValue ? try Folder.names(in: path) : []
    if !names.contains(Self.recordName) { try Self.requireNothingElse(in: path, names) }
    madeFolder = !isThere
    try Folder.make(path)
    lock = try FileLock(in: path)
    let recordPath = Self.recordPath(in: path)
    madeRecord = !FileManager.default.fileExists(atPath: recordPath)
    guard !madeRecord else {
      try Self.write(record, to: recordPath)
      return
    }
    var there = try Self.record(in: path)
    let differences = record.configuration.differences(from: there.configuration)
    guard differences.isEmpty else {
      throw Failure.usage(
        "\(path) holds a run of another configuration (\(differences.joined(separator: "; "))); "
          + "choose another --out, or remove the folder")
    }
    if there.dataRoot != record.dataRoot {
      there.dataRoot = record.dataRoot
      try keep(there)
    }
  }

  /// The folder of a run that another rank has opened and writes.
  ///
  /// - Throws: ``Failure`` if this process does not see it.
  init(following path: String) throws {
    (self.path, lock, madeFolder, madeRecord) = (path, nil, false, false)
    // Network file systems show a new file to other machines after some seconds.
    for _ in 0..<100 {
      if FileManager.default.fileExists(atPath: recordPath) { return }
      usleep(100_000)
    }
    throw Failure(
      "rank \(Ranks.rank) on \(ProcessInfo.processInfo.hostName) does not see \(recordPath), which the first rank wrote: ranks need a "
        + "folder that all their machines share")
  }

  /// Calls `body` where this process is the one that writes.
  func writing(_ body: (RunDirectory) throws -> Void) rethrows {
    if lock != nil { try body(self) }
  }

  /// Takes away what the opening made, where the run turned out to be none that can be made: its configuration must not stand in
  /// the way of another.
  func withdraw() {
    guard madeRecord else { return }
    unlink(recordPath)
    lock?.removeFile()
    // Only if it is empty.
    if madeFolder { rmdir(path) }
  }

  private static func requireNothingElse(in path: String, _ names: [String]) throws {
    // A process that was killed here can have left locks, and a file that it was writing.
    let names = names.filter {
      $0 != "lock" && !$0.hasSuffix(".lock")
        && !($0.hasPrefix(recordName) && $0.hasSuffix(AtomicFile.temporaryExtension))
    }
    guard let first = names.first else { return }
    if names.contains("study.json") { throw Failure.usage("\(path) holds a comparison; choose another --out") }
    if names.contains("bound.json") { throw Failure.usage("\(path) holds a sweep; choose another --out") }
    let ofRun =
      [checkpointPath(in: path), finalPath(in: path), bestPath(in: path), metricsPath(in: path)]
      + [resultPath(in: path), timingPath(in: path)]
    let foreign = ofRun.map { ($0 as NSString).lastPathComponent }.filter(names.contains)
    guard foreign.isEmpty else {
      throw Failure.usage(
        "\(path) holds files of a run (\(foreign.joined(separator: ", "))), "
          + "but no run.json that says of which; choose another --out, or remove them")
    }
    throw Failure.usage("\(path) is not empty and holds no run (\(first) is there); choose another --out")
  }

  /// What is known of the run in a folder.
  ///
  /// - Throws: ``Failure`` if there is no run, or a setting of its configuration is not allowed.
  public static func record(in path: String) throws -> Record {
    let file = recordPath(in: path)
    guard FileManager.default.fileExists(atPath: file) else {
      throw Failure("\(path) holds no run: \(file) cannot be read; make one with rpp train --out \(path)")
    }
    let record = try JSONText.decode(
      Record.self, try RegularFile.contents(of: file), origin: "\(file) is damaged")
    let mistakes = record.configuration.mistakes
    guard mistakes.isEmpty else { throw Failure("\(file): \(mistakes.joined(separator: "; "))") }
    return record
  }

  private static let recordName = "run.json"
  private static func recordPath(in path: String) -> String { "\(path)/\(recordName)" }
  private var recordPath: String { Self.recordPath(in: path) }
  /// The last state of a run that goes on.
  public var checkpointPath: String { Self.checkpointPath(in: path) }
  /// The state after the last step.
  public var finalPath: String { Self.finalPath(in: path) }
  /// The state that did best on validation images.
  public var bestPath: String { Self.bestPath(in: path) }
  /// One line of JSON for each epoch.
  public var metricsPath: String { Self.metricsPath(in: path) }

  /// The state after the last step of the run in a folder.
  public static func finalPath(in path: String) -> String { "\(path)/final.safetensors" }

  private static func bestPath(in path: String) -> String { "\(path)/best.safetensors" }
  private static func checkpointPath(in path: String) -> String { "\(path)/checkpoint.safetensors" }
  private static func metricsPath(in path: String) -> String { "\(path)/metrics.jsonl" }

  /// Whether the run was brought to its end.
  public var isFinished: Bool { Self.isFinished(in: path) }

  /// Whether the run in a folder was brought to its end.
  public static func isFinished(in path: String) -> Bool { FileManager.default.fileExists(atPath: finalPath(in: path)) }

  /// The prompt after the last step of the run in a folder.
  ///
  /// - Throws: ``Failure`` if the file is damaged or of another run.
  public static func finalPrompt(
    in path: String, of configuration: RunConfiguration, registry: PluginRegistry
  ) throws -> LearnedPrompt {
    try prompt(finalPath(in: path), of: configuration, registry)
  }

  /// The prompt of the run in a folder that did best on validation images.
  ///
  /// - Throws: as ``finalPrompt(in:of:registry:)``; ``Failure`` if there is none.
  public static func bestPrompt(
    in path: String, of configuration: RunConfiguration, registry: PluginRegistry
  ) throws -> LearnedPrompt {
    guard FileManager.default.fileExists(atPath: bestPath(in: path)) else {
      throw Failure("the run in \(path) has no best.safetensors: it looked at no validation images")
    }
    return try prompt(bestPath(in: path), of: configuration, registry)
  }

  private static func prompt(
    _ path: String, of configuration: RunConfiguration, _ registry: PluginRegistry
  ) throws -> LearnedPrompt {
    let prompt = try LearnedPrompt(path: path, registry: registry)
    let (theirs, ours) = (prompt.run ?? [:], configuration.digests)
    let differences = Set(theirs.keys).union(ours.keys).filter { theirs[$0] != ours[$0] }.sorted()
    guard differences.isEmpty else {
      throw ofAnotherRun(path, "other settings: \(differences.joined(separator: ", "))")
    }
    return prompt
  }

  /// What is said of a file that another run left in its folder.
  static func ofAnotherRun(_ path: String, _ differences: String) -> Failure {
    Failure(
      "\(path) is of another run than run.json beside it (\(differences)); put back the file that belongs here, or begin again "
        + "in another folder")
  }

  /// Drops the lines of epochs from `epoch` on, and TensorBoard's records of them: an earlier attempt went further than its checkpoint.
  ///
  /// - Returns: A line for the user if the first epochs before it have no lines, as where the file was removed.
  /// - Throws: ``Failure`` if a line is missing or damaged between others, since nothing else could tell what it said.
  func keepMetrics(before epoch: Int) throws -> String? {
    let isThere = FileManager.default.fileExists(atPath: metricsPath)
    let text = isThere ? try RegularFile.contents(of: metricsPath, limit: .max) : Data()
    let lines = text.split(separator: UInt8(ascii: "\n"))
    let metrics = lines.map { try? JSONDecoder().decode(EpochMetrics.self, from: $0) }
    let epochs = metrics.map { $0?.epoch }
    let first = min(lines.isEmpty ? epoch : max(epochs[0] ?? 0, 0), epoch)
    let kept = epoch - first
    for (number, wanted) in zip(0..<kept, first..<epoch) where number >= epochs.count || epochs[number] != wanted {
      throw Failure(
        "\(metricsPath), line \(number + 1): damaged, or not that of epoch \(wanted), which the run has behind it; put it "
          + "right, or remove the file to go on without the lines of the epochs before \(epoch)")
    }
    try writing {
      try AtomicFile.write(Data(lines.prefix(kept).flatMap { $0 + [UInt8(ascii: "\n")] }), to: $0.metricsPath)
      try TensorBoardFile.begin(metrics.prefix(kept).compactMap { $0 }, in: $0.path, time: Date().timeIntervalSince1970)
    }
    return first == 0 ? nil : "\(metricsPath) says nothing of the epochs before \(first), which the run has behind it"
  }

  /// Adds the line of an epoch, and its record for TensorBoard.
  public func append(_ metrics: EpochMetrics) throws {
    guard lock != nil else { return }
    try Self.append(Array((try JSONText.encode(metrics) + "\n").utf8), to: metricsPath)
    try Self.append(
      TensorBoardFile.record(metrics, time: Date().timeIntervalSince1970), to: TensorBoardFile.path(in: path))
  }

  private static func append(_ bytes: [UInt8], to path: String) throws {
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, bytes.withUnsafeBytes({ Glibc.write(file, $0.baseAddress!, $0.count) }) == bytes.count else {
      throw Failure("cannot write \(path): \(String(cString: strerror(errno)))")
    }
  }

  /// What the run came to; nil before its end.
  ///
  /// - Throws: ``Failure`` if the file is not what this run wrote beside its prompts.
  public static func result(in path: String, of configuration: RunConfiguration) throws -> RunResult? {
    let file = resultPath(in: path)
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let kept = try? JSONText.decode(KeptResult.self, file: file)
    guard let kept, !kept.result.tests.isEmpty,
      try kept.checksum == KeptResult(kept.result, in: path, of: configuration).checksum
    else {
      throw Failure(
        "\(file) was damaged or changed since the run wrote it, or is of another run; remove it, and the command of the run "
          + "makes it again")
    }
    return kept.result
  }

  /// A result with a checksum over itself, the configuration and the prompts that it belongs to.
  private struct KeptResult: Codable {
    let result: RunResult
    let checksum: String

    private enum CodingKeys: CodingKey { case checksum }

    init(from decoder: any Decoder) throws {
      result = try RunResult(from: decoder)
      checksum = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .checksum)
    }

    /// The checksum stands beside the result's own entries.
    func encode(to encoder: any Encoder) throws {
      try result.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(checksum, forKey: .checksum)
    }

    init(_ result: RunResult, in path: String, of configuration: RunConfiguration) throws {
      self.result = result
      let final = finalPath(in: path)
      let prompts = FileManager.default.fileExists(atPath: final) ? try SafeTensorsFile(path: final).checksum() : ""
      checksum =
        ContentHash(
          of: [try JSONText.encode(result), configuration.portable.json, prompts].joined(separator: "\n")
        ).digits
    }
  }

  /// Whether there is a file of what the run came to.
  public var hasResult: Bool { FileManager.default.fileExists(atPath: resultPath) }

  /// How long the run took; nil if that is not known.
  public var timing: RunTiming? { try? JSONText.decode(RunTiming.self, file: timingPath) }

  /// Keeps more of what is known of the run.
  public func keep(_ record: Record) throws { try writing { try Self.write(record, to: $0.recordPath) } }

  /// Keeps in which arithmetic the run was computed.
  public func keep(_ arithmetic: ArithmeticHistory) throws {
    var record = try Self.record(in: path)
    guard record.arithmetic != arithmetic else { return }
    record.arithmetic = arithmetic
    try keep(record)
  }

  /// Keeps what the run came to, and how long it took.
  public func keep(_ result: RunResult, of configuration: RunConfiguration, _ timing: RunTiming) throws {
    try writing {
      try Self.write(timing, to: $0.timingPath)
      try Self.write(try KeptResult(result, in: $0.path, of: configuration), to: $0.resultPath)
    }
  }

  private static func resultPath(in path: String) -> String { "\(path)/result.json" }
  private var resultPath: String { Self.resultPath(in: path) }
  private static func timingPath(in path: String) -> String { "\(path)/timing.json" }
  private var timingPath: String { Self.timingPath(in: path) }

  private static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(value) + [UInt8(ascii: "\n")], to: path)
  }
}
