import Basics
import Foundation
import Training

/// The folder of a study: `study.json` says what belongs together, `runs/` has a folder for every cell, `references/` what
/// hand-written templates do on the same test images, `baselines/` what baselines learned from the same training images do,
/// `tuning/` a run for every learning rate that was tried, `costs.json` what steps were measured to take.
///
/// Any number of processes can work in it: files are whole or not there, and a cell belongs to the process that holds its lock.
struct StudyFolder: Sendable {
  /// What `study.json` holds.
  struct Record: Codable, Sendable {
    var format = Self.currentFormat
    let setting: Study.Setting
    var grids: [Grid]
    /// What the program is called that made the comparison; nil for those of before it was recorded.
    var program: String? = ProcessInfo.processInfo.processName
    /// Where the data lay that names of tasks leave open; it decides nothing.
    var dataRoot: String?

    static let currentFormat = "rpp-study-1"
  }

  let path: String

  /// The folder of a study, new or begun.
  ///
  /// - Returns: The folder, and the lists that it has with those of the study added.
  /// - Throws: a usage ``Failure`` if it holds another study, naming what differs, or a run, or something else, or new lists name
  ///   what is not there.
  static func open(_ path: String, for study: Study) throws -> (folder: StudyFolder, grids: [Grid]) {
    let folder = StudyFolder(path: path)
    // Lists that cannot be run would be refused ever after, were they written down.
    let known = (try? folder.record().grids) ?? []
    let dataRoot = study.tasks.values.lazy.compactMap(\.root).first
    if !study.grids.allSatisfy(known.contains) { try study.requireInputs() }
    try Folder.make(path)
    let lock = try FileLock.waiting(in: path, name: "study.lock")
    defer { withExtendedLifetime(lock) {} }
    guard FileManager.default.fileExists(atPath: folder.recordPath) else {
      try Folder.requireFree(path, record: "study.json", lock: "study.lock", what: "comparison")
      try KeptJSON.write(
        Record(setting: study.setting, grids: study.grids, dataRoot: dataRoot), to: folder.recordPath)
      return (folder, study.grids)
    }
    var record = try folder.record()
    let differences = try Self.differences(record.setting, study.setting)
    guard differences.isEmpty else {
      throw Failure.usage(
        "\(path) holds another comparison (\(differences.joined(separator: "; "))); choose another --out")
    }
    let new = study.grids.filter { !record.grids.contains($0) }
    if !new.isEmpty || (dataRoot != nil && dataRoot != record.dataRoot) {
      record.dataRoot = dataRoot ?? record.dataRoot
      record.grids += new
      // Lists that do not go together with those that are there are refused before they are written down.
      _ = try study.with(record.grids)
      try KeptJSON.write(record, to: folder.recordPath)
    }
    return (folder, record.grids)
  }

  /// What the folder holds.
  ///
  /// - Throws: ``Failure`` if that is no study of this version.
  func record() throws -> Record {
    guard FileManager.default.fileExists(atPath: recordPath) else {
      throw Failure("\(path) holds no comparison: there is no \(recordPath); make one with rpp compare --out \(path)")
    }
    let record = try JSONText.decode(Record.self, file: recordPath)
    guard record.format == Record.currentFormat else {
      throw Failure("\(recordPath) is of the form \(record.format), this version reads \(Record.currentFormat)")
    }
    return record
  }

  private static func differences(_ there: Study.Setting, _ here: Study.Setting) throws -> [String] {
    func differences(_ there: some Encodable, _ here: some Encodable) throws -> [String] {
      try RecordedSettings(of: here).without("recipe").differences(there: RecordedSettings(of: there).without("recipe"))
    }
    return try differences(there, here) + differences(there.recipe, here.recipe)
  }

  // MARK: Cells

  /// The folder of a cell's run.
  func runPath(_ id: String) -> String { "\(path)/runs/\(id)" }

  /// What is kept of a cell; nil if it was not run to its end.
  ///
  /// - Throws: ``Failure`` if the file is damaged.
  func cellRecord(_ id: String) throws -> CellRecord? {
    try KeptJSON.value(CellRecord.self, in: "\(runPath(id))/\(CellRecord.fileName)")
  }

  func keep(_ record: CellRecord, of id: String) throws {
    try KeptJSON.write(record, to: "\(runPath(id))/\(CellRecord.fileName)")
  }

  // MARK: Trials of learning rates

  /// The folder of a trial's run.
  func trialPath(_ id: String) -> String { "\(path)/tuning/\(id)" }

  /// What a trial came to; nil if it was not run to its end.
  ///
  /// - Throws: ``Failure`` if the file is damaged.
  func trial(_ id: String) throws -> TrialRecord? {
    try KeptJSON.value(TrialRecord.self, in: "\(trialPath(id))/\(TrialRecord.fileName)")
  }

  func keep(_ record: TrialRecord, trial id: String) throws {
    try KeptJSON.write(record, to: "\(trialPath(id))/\(TrialRecord.fileName)")
  }

  // MARK: References

  /// What a reference does on a test; nil if it was not computed.
  func reference(_ key: String) throws -> TestRecord? {
    let file = referencePath(key)
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    return try JSONText.decode(TestRecord.self, try RegularFile.contents(of: file, limit: .max), origin: file)
  }

  func keep(_ record: TestRecord, reference key: String) throws {
    try Folder.make("\(path)/references")
    try KeptJSON.write(record, to: referencePath(key))
  }

  private func referencePath(_ key: String) -> String {
    "\(path)/references/\(ContentHash(of: key).digits.prefix(16)).json"
  }

  // MARK: Baselines

  /// What a baseline came to; nil if it was not learned.
  ///
  /// - Throws: ``Failure`` if the file is damaged.
  func baseline(_ key: String) throws -> BaselineRecord? {
    try KeptJSON.value(BaselineRecord.self, in: "\(baselinesPath)/\(baselineName(key)).json")
  }

  func keep(_ record: BaselineRecord, baseline key: String) throws {
    try KeptJSON.write(record, to: "\(baselinesPath)/\(baselineName(key)).json")
  }

  /// The right to learn a baseline, or nil if another process has it.
  func baselineLock(_ key: String) throws -> FileLock? {
    try Folder.make(baselinesPath)
    return try FileLock.ifFree(in: baselinesPath, name: "\(baselineName(key)).lock")
  }

  private var baselinesPath: String { "\(path)/baselines" }
  private func baselineName(_ key: String) -> String { String(ContentHash(of: key).digits.prefix(16)) }

  // MARK: Costs

  /// What was measured so far; nothing if the file cannot be read, since it can be measured again.
  func costs() -> [MeasuredCost] { (try? JSONText.decode([MeasuredCost].self, file: costsPath)) ?? [] }

  func keep(_ costs: [MeasuredCost]) throws { try KeptJSON.write(costs, to: costsPath) }

  private var recordPath: String { "\(path)/study.json" }
  private var costsPath: String { "\(path)/costs.json" }
}
