import Basics
import Datasets
import Foundation
import StandardPlugins
import Optimization
import PromptLearning
import Tensors
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
  private static let files = ["final.safetensors", "best.safetensors", "metrics.jsonl"]

  /// 3 epochs of 2 steps.
  @Test(arguments: TrainingRecipe.OptimizerName.allCases)
  func aRunStoppedBeforeAnyStepEndsTheSame(_ optimizer: TrainingRecipe.OptimizerName) throws {
    let configuration = TinyRun.configuration(optimizer: optimizer)
    let undisturbed = try TemporaryFolder()
    try TinyRun.run(in: undisturbed, configuration)
    for step in 0..<6 {
      let stopped = try TemporaryFolder()
      try TinyRun.run(in: stopped, configuration, untilStep: step)
      #expect(!FileManager.default.fileExists(atPath: "\(stopped.path)/final.safetensors"))
      try TinyRun.run(in: stopped, configuration)
      for file in Self.files { #expect(try stopped.bytes(file) == undisturbed.bytes(file), "\(file), step \(step)") }
      #expect(!FileManager.default.fileExists(atPath: "\(stopped.path)/checkpoint.safetensors"))
    }
  }

  @Test func aRunStoppedAtEveryStepEndsTheSame() throws {
    let (undisturbed, stopped) = (try TemporaryFolder(), try TemporaryFolder())
    try TinyRun.run(in: undisturbed)
    // A resumed process is asked to stop at once, or after the one step that it makes.
    for step in 1...6 { try TinyRun.run(in: stopped, untilStep: step) }
    try TinyRun.run(in: stopped)
    for file in Self.files { #expect(try stopped.bytes(file) == undisturbed.bytes(file), "\(file)") }
  }

  /// A process that dies leaves metrics and a best checkpoint from after its last checkpoint.
  @Test func whatWasWrittenAfterTheCheckpointIsReplaced() throws {
    let (undisturbed, killed) = (try TemporaryFolder(), try TemporaryFolder())
    try TinyRun.run(in: undisturbed)
    try TinyRun.run(in: killed, untilStep: 1)
    let checkpoint = try killed.bytes("checkpoint.safetensors")
    try TinyRun.run(in: killed, untilStep: 5)
    #expect(try lines(killed).count == 2)
    try checkpoint.write(to: URL(fileURLWithPath: "\(killed.path)/checkpoint.safetensors"))
    // The end of a line that was being written.
    let handle = try #require(FileHandle(forWritingAtPath: "\(killed.path)/metrics.jsonl"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"epoch\":2,\"lo".utf8))
    try handle.close()
    try TinyRun.run(in: killed)
    for file in Self.files { #expect(try killed.bytes(file) == undisturbed.bytes(file), "\(file)") }
  }

  @Test func metricsTellEveryEpoch() throws {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder, TinyRun.configuration(epochs: 4, validateEvery: 3))
    let metrics = try lines(folder).map { try JSONDecoder().decode(EpochMetrics.self, from: Data($0.utf8)) }
    #expect(metrics.map(\.epoch) == [0, 1, 2, 3])
    #expect(metrics.map(\.step) == [2, 4, 6, 8])
    let schedule = LearningRateSchedule(base: 0.1, epochs: 4)
    #expect(metrics.map(\.learningRate) == (0..<4).map(schedule.rate))
    // Every third epoch, and the last.
    #expect(metrics.map { $0.validationAccuracy != nil } == [false, false, true, true])
    #expect(metrics.allSatisfy { (0...1).contains($0.accuracy) && $0.loss.isFinite })
  }

  @Test func theBestCheckpointIsTheFirstOfTheBest() throws {
    let folder = try TemporaryFolder()
    let configuration = TinyRun.configuration(optimizer: .adamw, rate: 0.3, epochs: 6)
    try TinyRun.run(in: folder, configuration)
    let metrics = try lines(folder).map { try JSONDecoder().decode(EpochMetrics.self, from: Data($0.utf8)) }
    let best = try #require(metrics.compactMap(\.validationAccuracy).max())
    let epoch = try #require(metrics.first { $0.validationAccuracy == best }?.epoch)
    let prompt = try RunDirectory.bestPrompt(in: folder.path, of: configuration, registry: TinyRun.registry)
    let other = try TemporaryFolder()
    // The same run, stopped behind that epoch.
    try TinyRun.run(in: other, configuration, untilStep: 2 * (epoch + 1))
    let state = try TrainingState(
      path: "\(other.path)/checkpoint.safetensors", of: configuration, like: prompt.parameters)
    #expect(state.parameters == prompt.parameters)
    let evaluator = try Evaluator(TinyRun.model(), on: TinyRun.images(9, seed: 2), backbone: TinyRun.backbone())
    #expect(try evaluator(prompt.parameters).accuracy == best)
  }

  @Test func learningLowersTheLoss() throws {
    var losses: [Double] = []
    _ = try TinyRun.trainer(TinyRun.configuration(optimizer: .adamw, rate: 0.02, epochs: 30, validateEvery: 0))
      .run(report: { if let epoch = $0.finishedEpoch { losses.append(epoch.loss) } })
    #expect(losses.count == 30)
    #expect(losses.last! < losses.first! - 0.05)
  }

  @Test func aFinishedRunLeavesItsPrompt() throws {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder)
    #expect(RunDirectory.isFinished(in: folder.path))
    let prompt = try RunDirectory.finalPrompt(
      in: folder.path, of: TinyRun.configuration(), registry: TinyRun.registry)
    #expect(prompt.parameters == (try TinyRun.trainer().run()))
    #expect(prompt.structure.specification == TinyRun.coop().specification)
    #expect(prompt.classNames == nil)
  }

  @Test(arguments: [(.sgd, 1e25), (.sgd, 1e300), (.adamw, 1e300)] as [(TrainingRecipe.OptimizerName, Double)])
  func aLossThatIsNotFiniteStopsWithItsStepAndCause(
    _ optimizer: TrainingRecipe.OptimizerName, _ rate: Double
  ) throws {
    // Of two epochs of one step, the last step does the damage, and no step comes after it.
    for (epochs, batchSize) in rate > 1e30 ? [(5, 4), (2, 10)] : [(5, 4)] {
      var configuration = TinyRun.configuration(optimizer: optimizer, rate: rate, epochs: epochs, validateEvery: 0)
      configuration.batchSize = batchSize
      let folder = try TemporaryFolder()
      do {
        try TinyRun.run(in: folder, configuration)
        Issue.record("no error in \(epochs) epochs")
      } catch let failure as Failure {
        #expect(failure.kind == .notFinite)
        #expect(failure.description.contains("at step "))
        #expect(failure.description.contains("learning rate"))
        #expect(!failure.description.contains("\n"))
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/final.safetensors"))
    }
  }

  @Test func aCheckpointOfALongerRunIsRefused() throws {
    let (long, short) = (try TemporaryFolder(), try TemporaryFolder())
    try TinyRun.run(in: long, TinyRun.configuration(epochs: 9), untilStep: 9)
    try TinyRun.run(in: short, untilStep: 1)
    let path = "\(short.path)/checkpoint.safetensors"
    try long.bytes("checkpoint.safetensors").write(to: URL(fileURLWithPath: path))
    #expect(
      throws: Failure(
        "\(path) is of another run than run.json beside it (epochs is 9 there, 3 here); put back the file that belongs "
          + "here, or begin again in another folder")
    ) { try TinyRun.run(in: short) }
  }

  /// 3 epochs of 2 steps of 4 images; stopped before the second step.
  @Test(arguments: [
    ("step", "2"), ("step", "9223372036854775807"), ("epoch", "3"), ("optimizerSteps", "9223372036854775807"),
    ("epochCorrect", "5"), ("epochCorrect", "9223372036854775807"),
  ]) func aPositionThatTheRunNeverHasIsRefused(_ key: String, _ value: String) throws {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder, untilStep: 1)
    let path = "\(folder.path)/checkpoint.safetensors"
    try ForgedFile.rewrite(path) { $0[key] = value }
    do {
      try TinyRun.run(in: folder)
      Issue.record("no error")
    } catch let failure as Failure {
      #expect(failure.description.hasPrefix("\(path) is of another run: it stands at step"))
    }
  }

  /// Of another seed, of another structure, or no prompt at all.
  @Test func promptsOfAnotherRunAreRefused() throws {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder)
    func read(_ configuration: RunConfiguration) throws -> LearnedPrompt {
      try RunDirectory.finalPrompt(in: folder.path, of: configuration, registry: TinyRun.registry)
    }
    let path = "\(folder.path)/final.safetensors"
    var other = TinyRun.configuration()
    (other.seed, other.structure) = (9, "coop:contextLength=3")
    #expect(
      throws: Failure(
        "\(path) is of another run than run.json beside it (other settings: seed, structure); put back the file that belongs "
          + "here, or begin again in another folder")
    ) { try read(other) }
    let stopped = try TemporaryFolder()
    try TinyRun.run(in: stopped, untilStep: 3)
    try stopped.bytes("checkpoint.safetensors").write(to: URL(fileURLWithPath: path))
    #expect(
      throws: Failure(
        "\(path) is no learned prompt of this version of RPP; rpp train writes one as final.safetensors")
    ) { try read(TinyRun.configuration()) }
  }

  @Test func aRunThatGoesOnInAnotherArithmeticSaysAndRecordsIt() throws {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder, untilStep: 3)
    let before = try RunDirectory.record(in: folder.path).arithmetic
    #expect(before.periods.map(\.firstStep) == [0])
    let kernels = try #require(before.periods.first).arithmetic.kernels
    try ForgedFile.rewrite("\(folder.path)/checkpoint.safetensors") {
      $0["arithmetic"] = $0["arithmetic"]?.replacing("\"\(kernels)\"", with: "\"Abacus\"")
    }
    #expect(
      try TinyRun.run(in: folder) == [
        "goes on with \(kernels) kernels, ran with Abacus until step 3: results agree but for rounding"
      ])
    let after = try RunDirectory.record(in: folder.path).arithmetic
    #expect(after.periods.map(\.firstStep) == [0, 3])
    #expect(after.periods.map(\.arithmetic.kernels) == ["Abacus", kernels])
  }

  /// Lines of 5 epochs, of which 3 are behind the checkpoint.
  private func stoppedRun() throws -> (folder: TemporaryFolder, lines: [Substring]) {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder, TinyRun.configuration(epochs: 5), untilStep: 7)
    return (folder, try lines(folder))
  }

  private func goOn(_ folder: TemporaryFolder, _ lines: [Substring]) throws -> [String] {
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: "\(folder.path)/metrics.jsonl"))
    return try TinyRun.run(in: folder, TinyRun.configuration(epochs: 5))
  }

  @Test func metricsThatAreDamagedOrMissingStopARunThatGoesOn() throws {
    let (folder, whole) = try stoppedRun()
    #expect(whole.count == 3)
    for (damaged, line, epoch) in [
      ([whole[0], "{\"epoch\":1", whole[2]], 2, 1), ([whole[0], whole[2]], 2, 1), ([whole[0], whole[1]], 3, 2),
      ([whole[1], whole[0], whole[2]], 2, 2), (["", "x", whole[1], whole[2]], 1, 0),
      ([whole[0], whole[0], whole[1], whole[2]], 2, 1),
    ] as [([Substring], Int, Int)] {
      let path = "\(folder.path)/metrics.jsonl"
      #expect(
        throws: Failure(
          "\(path), line \(line): damaged, or not that of epoch \(epoch), which the run has behind it; put it right, or "
            + "remove the file to go on without the lines of the epochs before 3")
      ) { try goOn(folder, damaged) }
      // What there is to put right is still there.
      #expect(try lines(folder) == damaged.filter { !$0.isEmpty })
    }
    #expect(try goOn(folder, whole) == [])
    #expect(try lines(folder).count == 5)
  }

  @Test func metricsThatWereRemovedAreSaid() throws {
    let (folder, _) = try stoppedRun()
    #expect(
      try goOn(folder, []) == [
        "\(folder.path)/metrics.jsonl says nothing of the epochs before 3, which the run has behind it"
      ])
    let metrics = try lines(folder).map { try JSONDecoder().decode(EpochMetrics.self, from: Data($0.utf8)) }
    #expect(metrics.map(\.epoch) == [3, 4])
  }

  @Test func pixelsAndKeptFeaturesTeachTheSame() throws {
    let configuration = TinyRun.configuration(rate: 0.05, epochs: 3)
    let kept = try TinyRun.trainer(configuration).run()
    let seen = try TinyRun.trainer(configuration, structure: SeenCoOp(options: TinyRun.options())).run()
    #expect(try kept != TinyRun.trainer(configuration).initialState.parameters)
    let (a, b) = (try #require(kept["context"]), try #require(seen["context"]))
    #expect(zip(a.elements, b.elements).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func everyTermIsTold() throws {
    let folder = try TemporaryFolder()
    let configuration = TinyRun.configuration()
    var supervision = HardLabel() + 0.5 * HardLabel()
    let (structure, context) = (TinyRun.coop(), try TinyRun.context())
    let trainer = try Trainer(
      try TinyRun.model(), from: try TinyRun.initial(structure, context), supervision: supervision,
      configuration: configuration, training: TinyRun.images(10), validation: nil, backbone: TinyRun.backbone())
    let directory = try RunDirectory(opening: folder.path, for: TinyRun.record(configuration))
    _ = try trainer.run(
      in: directory,
      report: { progress in
        #expect(progress.terms.keys.sorted() == ["hard-label", "hard-label-2"])
        #expect(abs(progress.loss - 1.5 * progress.terms["hard-label"]!) < 1e-5)
      })
    for line in try lines(folder) {
      let metrics = try JSONDecoder().decode(EpochMetrics.self, from: Data(line.utf8))
      #expect(abs(metrics.loss - 1.5 * metrics.terms["hard-label"]!) < 1e-5)
      #expect(metrics.terms["hard-label-2"] == metrics.terms["hard-label"])
    }
    supervision["hard-label-2"] = 3
    #expect(supervision["hard-label-2"] == 3 && supervision["hard-label"] == 1 && supervision["none"] == nil)
    #expect(supervision.text == "hard-label:weight=1.0+hard-label:weight=3.0")
  }

  @Test func withoutImagesThereIsNothingToLearnFrom() throws {
    #expect(throws: Failure("tiny has no training images")) {
      try Trainer(
        try TinyRun.model(), from: ParameterSet(), supervision: Supervision(HardLabel()),
        configuration: TinyRun.configuration(), training: TinyRun.images(0), validation: nil,
        backbone: TinyRun.backbone())
    }
  }

  private func lines(_ folder: TemporaryFolder) throws -> [Substring] {
    String(decoding: try folder.bytes("metrics.jsonl"), as: UTF8.self).split(separator: "\n")
  }
}
