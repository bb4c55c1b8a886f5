import Basics
import CLIPModel
import Datasets
import Foundation
import PromptLearning
import StandardPlugins
import TestSupport
import Testing
import Training

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

  @Test(arguments: [
    ("study.json", "holds a comparison; choose another --out"), ("bound.json", "holds a sweep; choose another --out"),
    ("notes.txt", "is not empty and holds no run (notes.txt is there); choose another --out"),
  ])
  func foldersOfOthersAreLeftAlone(_ file: String, _ reason: String) throws {
    try folder.write("{}", to: file)
    #expect(throws: Failure.usage("\(folder.path) \(reason)")) {
      try RunDirectory(opening: folder.path, for: TinyRun.record())
    }
    #expect(folder.files.count == 1)
  }

  @Test func whatAKilledProcessLeavesIsNoObstacle() throws {
    try folder.write("", to: "lock")
    try folder.write("{", to: "run.json.17.1.partial")
    _ = try RunDirectory(opening: folder.path, for: TinyRun.record())
  }

  @Test func aRunThatCannotBeginLeavesNothing() throws {
    let run = try Run(
      task: TaskRegistry.standard.task(named: "world:shapes"), backbone: Backbone(named: "embedded:student"),
      structure: CoOp { $0.contextLength = 1 },
      supervision: Supervision(SoftLabelKD { $0.teacher = "embedded:techer" }),
      shots: .perClass(1))
    #expect(throws: Failure.self) { try run.train(in: "\(folder.path)/new") }
    #expect(!folder.exists("new"))
    // Where another run of the same settings was stopped, all stays.
    _ = try RunDirectory(
      opening: "\(folder.path)/old", for: .init(configuration: run.configuration, sources: [:], learnedParameters: 1))
    #expect(throws: Failure.self) { try run.train(in: "\(folder.path)/old") }
    #expect(folder.exists("old/run.json") && folder.exists("old/lock"))
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
    for (text, problem) in [
      ("", "this is not JSON"), ("{", "this is not JSON"), ("{}", "configuration is missing"),
      ("{\"configuration\": {}}", "configuration.task is missing"),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/run.json"))
      let damaged = Failure("\(folder.path)/run.json is damaged: \(problem)")
      #expect(throws: damaged) { try RunDirectory.record(in: folder.path) }
      #expect(throws: damaged) { try RunDirectory(opening: folder.path, for: TinyRun.record()) }
    }
  }

  /// As strictly as what is typed.
  @Test func settingsThatCannotBeTypedCannotBeRead() throws {
    let changes: [((inout RunConfiguration) -> Void, String)] = [
      ({ $0.shots = 1_000_000_000_000 }, "shots is a whole number from 1 to 1000000, not 1000000000000"),
      ({ $0.shots = .max }, "shots is a whole number from 1 to 1000000, not 9223372036854775807"),
      ({ $0.shots = 0 }, "shots is a whole number from 1 to 1000000, not 0"),
      ({ $0.images = 0 }, "images is a whole number from 1 to 1000000, not 0"),
      ({ ($0.shots, $0.images) = (1, 2) }, "shots and images exclude each other"),
      ({ $0.epochs = -3 }, "epochs is a whole number from 1 to 1000000, not -3"),
      ({ $0.batchSize = 0 }, "batchSize is a whole number from 1 to 1000000, not 0"),
      ({ $0.learningRate = -1 }, "learningRate is a number above 0, not -1.0"),
      ({ $0.momentum = 1 }, "momentum is a number from 0 to below 1, not 1.0"),
      ({ $0.weightDecay = -1 }, "weightDecay is a number from 0, not -1.0"),
      ({ $0.warmupEpochs = -1 }, "warmupEpochs is a whole number from 0 to 1000000, not -1"),
      ({ $0.validateEvery = -1 }, "validateEvery is a whole number from 0, not -1"),
      ({ $0.activationMemory = 0 }, "activationMemory is a number of gigabytes from 0.001 to 1000000, not 0.0"),
    ]
    for (change, problem) in changes {
      var configuration = TinyRun.configuration()
      change(&configuration)
      let record = try JSONText.encode(TinyRun.record(configuration))
      try Data(record.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/run.json"))
      #expect(throws: Failure("\(folder.path)/run.json: \(problem)")) { try RunDirectory.record(in: folder.path) }
    }
  }

  @Test func aFileInItsPlaceIsRefused() throws {
    let file = "\(folder.path)/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for path in [file, "\(file)/run"] {
      #expect(throws: Failure.self) { try RunDirectory(opening: path, for: TinyRun.record()) }
    }
  }

  private static let evaluation = Evaluation(classes: [.init(name: "cat", count: 3, correct: 2)], crossEntropy: 0.1)
  private static let result = RunResult(
    training: evaluation, terms: ["hard-label": 0.1],
    tests: [.init(classes: .all, prompt: evaluation, zeroShot: evaluation)])

  @Test func resultsAreKept() throws {
    let configuration = TinyRun.configuration()
    let directory = try RunDirectory(opening: folder.path, for: TinyRun.record())
    #expect(try RunDirectory.result(in: folder.path, of: configuration) == nil)
    try directory.keep(Self.result, of: configuration, RunTiming(seconds: 1.5))
    #expect(try RunDirectory.result(in: folder.path, of: configuration) == Self.result)
    #expect(directory.timing == RunTiming(seconds: 1.5))
    let kept = try folder.bytes("result.json")
    try directory.keep(Self.result, of: configuration, RunTiming(seconds: 2))
    #expect(try folder.bytes("result.json") == kept, "the time is not in it")
  }

  /// Edited, beside other prompts, or of another run.
  @Test func aResultThatIsNotThatOfTheRunIsRefused() throws {
    let configuration = TinyRun.configuration()
    let path = "\(folder.path)/result.json"
    func keep() throws {
      let directory = try RunDirectory(opening: folder.path, for: TinyRun.record())
      try directory.keep(Self.result, of: configuration, RunTiming(seconds: 1.5))
    }
    func expectRefusal(_ configuration: RunConfiguration = configuration) {
      #expect(
        throws: Failure(
          "\(path) was damaged or changed since the run wrote it, or is of another run; remove it, and the command of the "
            + "run makes it again")
      ) { try RunDirectory.result(in: folder.path, of: configuration) }
    }
    try keep()
    var other = configuration
    other.seed = 5
    expectRefusal(other)
    let text = String(decoding: try folder.bytes("result.json"), as: UTF8.self)
    try Data(text.replacing("\"correct\" : 2", with: "\"correct\" : 3").utf8).write(to: URL(fileURLWithPath: path))
    expectRefusal()
    try Data("{".utf8).write(to: URL(fileURLWithPath: path))
    expectRefusal()
    try keep()
    try LearnedPrompt(
      structure: TinyRun.coop(), parameters: TinyRun.trainer().initialState.parameters, backbone: "",
      backboneChecksum: "",
      classNames: nil
    ).write(to: "\(folder.path)/final.safetensors")
    expectRefusal()
    try keep()
    #expect(try RunDirectory.result(in: folder.path, of: configuration) == Self.result)
  }
}
