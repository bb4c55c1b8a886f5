import Basics
import Foundation
import PromptLearning
import Testing

@Suite struct RunDirectoryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func keepsTheRecord() throws {
    let path = "\(folder.path)/new/run"
    let record = RunDirectory.Record(
      configuration: TinyRun.configuration(), sources: ["epochs": "option"], learnedParameters: 7)
    _ = try RunDirectory(opening: path, for: record)
    #expect(try RunDirectory.record(in: path) == record)
    _ = try RunDirectory(opening: path, for: record)
  }

  @Test func anotherConfigurationIsRefusedAndTheDifferenceNamed() throws {
    _ = try RunDirectory(opening: folder.path, for: TinyRun.record())
    var other = TinyRun.configuration()
    other.epochs = 4
    other.seed = 2
    #expect(
      throws: Failure.usage(
        "\(folder.path) holds a run of another configuration (epochs is 3 there, 4 here; seed is 1 there, 2 here); "
          + "choose another --out, or remove the folder")
    ) { try RunDirectory(opening: folder.path, for: TinyRun.record(other)) }
    #expect(try RunDirectory.record(in: folder.path) == TinyRun.record())
  }

  @Test func oneProcessAtATime() throws {
    var first: RunDirectory? = try RunDirectory(opening: folder.path, for: TinyRun.record())
    #expect(first?.isFinished == false)
    #expect(throws: Failure("another rpp is running in \(folder.path); wait for it or choose another --out")) {
      try RunDirectory(opening: folder.path, for: TinyRun.record())
    }
    first = nil
    _ = try RunDirectory(opening: folder.path, for: TinyRun.record())
  }

  @Test func damagedOrMissingRecordsAreOneClearLine() throws {
    #expect(throws: Failure.self) { try RunDirectory.record(in: "\(folder.path)/nothing") }
    for text in ["", "{", "[]", "{\"configuration\": {}}"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/run.json"))
      let damaged = Failure("\(folder.path)/run.json is damaged: it is no record of a run")
      #expect(throws: damaged) { try RunDirectory.record(in: folder.path) }
      #expect(throws: damaged) { try RunDirectory(opening: folder.path, for: TinyRun.record()) }
    }
  }

  @Test func aFileInItsPlaceIsRefused() throws {
    let file = "\(folder.path)/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for path in [file, "\(file)/run"] {
      #expect(throws: Failure.self) { try RunDirectory(opening: path, for: TinyRun.record()) }
    }
  }

  @Test func resultsAreKept() throws {
    let directory = try RunDirectory(opening: folder.path, for: TinyRun.record())
    #expect(directory.result == nil)
    let evaluation = Evaluation(classes: [.init(name: "cat", count: 3, correct: 2)], crossEntropy: 0.1)
    let result = RunResult(training: evaluation, test: evaluation, zeroShot: evaluation, seconds: 1.5)
    try directory.keep(result)
    #expect(directory.result == result)
  }
}
