import Basics
import CLIPModel
import Datasets
import Experiments
import FeatureStore
import Foundation
import PromptLearning
import StandardPlugins
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

/// Linear probes by themselves and in studies.
@Suite struct BaselineTests {
  private static let registry = StudyRegistry(plugins: .standard)
  private static let names = StudyRegistry.standardBaselines.map(\.name)

  private func study(
    _ baselines: [String] = names, _ studyProtocol: any StudyProtocol = BaseToNew(), seeds: [UInt64] = [1, 2],
    registry: StudyRegistry = registry
  ) throws -> Study {
    try Study(
      studyProtocol,
      [
        Grid(
          tasks: ["world:shapes@sketch"], structures: ["coop:contextLength=2", "zero-shot"],
          supervisions: ["hard-label"], shots: [2, 4], seeds: seeds, epochs: [1], baselines: baselines)
      ],
      registry: registry)
  }

  @Test func aBaselineIsLearnedOnWhatTheRunsLearnOn() throws {
    let folder = try TemporaryFolder()
    let results = try study().run(in: folder.path)
    #expect(results.missing.isEmpty)
    let baselines = results.cells.filter { $0.kind == .baseline }
    // Names, shots and seeds; of the base classes alone, since a classifier says nothing of others.
    #expect(baselines.count == 2 * 2 * 2)
    #expect(baselines.allSatisfy { $0.classes == .base && $0.epochs == 0 && $0.supervision == "hard-label" })
    #expect(Set(baselines.map(\.structure)) == Set(Self.names))
    let run = try #require(results.cells.first { $0.kind == .learned && $0.classes == .base })
    for cell in baselines {
      #expect(cell.record.images == run.record.images, "the same test images")
      #expect(cell.training?.count == 6 * cell.shots!)
      #expect(cell.record.isCorrect.count { $0 } == cell.record.evaluation.classes.reduce(0) { $0 + $1.correct })
      #expect(cell.record.evaluation.accuracy > 1 / 6, "\(cell.structure) does worse than chance")
      #expect(cell.training!.accuracy > 0.6, "\(cell.structure) has not learned")
    }
    let embed = try Backbone(named: "embedded:student").configuration.embedDimension
    #expect(Set(baselines.map(\.parameters)) == [6 * embed, 6 * embed + 6])
    #expect(
      results.fairness.contains(
        "Training images of the baselines: equal to those of the runs beside them for each of 8."))
    // What is there is read and not learned again.
    let before = try Data(contentsOf: URL(fileURLWithPath: try #require(baselineFiles(folder).first)))
    #expect(try study().results(in: folder.path).cells == results.cells)
    #expect(try study().run(in: folder.path).cells == results.cells)
    #expect(try Data(contentsOf: URL(fileURLWithPath: baselineFiles(folder)[0])) == before)
  }

  @Test func baselinesArePlannedAndCounted() throws {
    let folder = try TemporaryFolder()
    let notes = Mutex<[String]>([])
    let most = Mutex<StudyProgress?>(nil)
    let observer = StudyObserver(
      note: { note in notes.withLock { $0.append(note) } }, progress: { progress in most.withLock { $0 = progress } })
    _ = try study(seeds: [1]).run(in: folder.path, observer: observer)
    #expect(notes.withLock { $0 }.first?.hasPrefix("4 runs, 4 baselines, 0 of them done; training takes about") == true)
    let last = try #require(most.withLock { $0 })
    #expect(last.done == 8 && last.jobs == 8 && last.share == 1)
    notes.withLock { $0 = [] }
    _ = try study(seeds: [1, 2]).run(in: folder.path, observer: observer)
    #expect(notes.withLock { $0 }.first?.hasPrefix("8 runs, 8 baselines, 8 of them done") == true)
  }

  @Test func baselinesThatLearnedFromOtherImagesAreNamed() throws {
    let folder = try TemporaryFolder()
    let study = try study(["linear-probe"], seeds: [1])
    _ = try study.run(in: folder.path)
    let file = try #require(baselineFiles(folder).first)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let digest = try #require(text.firstMatch(of: /"images":"([0-9a-f]+)"/)?.output.1)
    try text.replacing(digest, with: "0000").write(toFile: file, atomically: true, encoding: .utf8)
    #expect(
      try study.results(in: folder.path).fairness.contains {
        $0.hasPrefix("Training images of the baselines: NOT equal") && $0.contains("1 of 2, as for")
      })
  }

  @Test func testsOnOtherImagesOfTheSameClassesCount() throws {
    let grid = Grid(
      tasks: ["world:shapes@sketch"], source: "world:shapes", structures: ["zero-shot"], supervisions: ["hard-label"],
      shots: [2], seeds: [1], baselines: ["linear-probe"])
    let results = try Study(DomainShift(), [grid], registry: Self.registry).run(in: TemporaryFolder().path)
    let baselines = results.cells.filter { $0.kind == .baseline }
    #expect(baselines.map(\.tested) == ["world:shapes", "world:shapes@sketch"])
    #expect(baselines.allSatisfy { $0.task == "world:shapes" })
  }

  @Test func aProbeThatMakesNoStepIsZeroShot() throws {
    let folder = try TemporaryFolder()
    var probe = ZeroShotProbe()
    probe.budget = 1
    let results = try study(
      [probe.name], seeds: [1], registry: StudyRegistry(plugins: .standard, baselines: [probe])
    ).run(in: folder.path)
    let zeroShot = try #require(
      results.cells.first { $0.kind == .reference && $0.structure == "zero-shot" && $0.classes == .base })
    let baselines = results.cells.filter { $0.kind == .baseline }
    #expect(baselines.count == 2)
    for cell in baselines {
      #expect(cell.record.isCorrect == zeroShot.record.isCorrect)
      #expect(cell.record.images == zeroShot.record.images)
      #expect(abs(cell.record.evaluation.crossEntropy - zeroShot.record.evaluation.crossEntropy) < 1e-4)
      for (one, other) in zip(cell.record.confidences, zeroShot.record.confidences) { #expect(abs(one - other) < 1e-4) }
    }
  }

  @Test func theStrengthIsChosenOnValidationImages() throws {
    // Two classes of a feature that tells them apart on validation images, and of one that does so on training images only.
    func images(_ rows: [[Float]], _ labels: [Int]) -> BaselineData.Images {
      .init(features: Tensor(shape: [rows.count, 2], rows.flatMap { $0 }), labels: labels)
    }
    let training = images([[0.1, 1], [0.1, 0.9], [-0.1, -1], [-0.1, -0.9]], [0, 0, 1, 1])
    let validation = images([[0.1, 0.02], [-0.1, -0.02], [0.1, -0.02], [-0.1, 0.02]], [0, 1, 0, 1])
    func learned(_ validation: BaselineData.Images?) throws -> LearnedBaseline {
      try LinearProbe().learned(
        from: BaselineData(
          training: training, validation: validation, textFeatures: Tensor(shape: [2, 2], [1, 0, 0, 1]), logitScale: 0))
    }
    let chosen = try learned(validation)
    let strength = try #require(chosen.details["strength"])
    #expect((1e-6...1e6).contains(strength) && chosen.details["fits"]! >= 8)
    #expect(abs(try #require(learned(nil).details["strength"]) - 1 / 0.316) < 1e-9)
    #expect(chosen.parameters == 6)
    // Eight strengths a decade: the exponent is a multiple of an eighth.
    let eighths = log10(strength) * 8
    #expect(abs(eighths - eighths.rounded()) < 1e-6)
  }

  @Test func stoppedAndSharedStudiesEndAlike() throws {
    let (whole, stopped) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try study().run(in: whole.path)
    for limit in [2, 5, 9, 30] {
      let asked = Atomic<Int>(0)
      _ = try? study().run(
        in: stopped.path, observer: StudyObserver(shouldStop: { asked.add(1, ordering: .relaxed).newValue > limit }))
    }
    #expect(try study().run(in: stopped.path).cells == expected.cells)

    let shared = try TemporaryFolder()
    let results = Mutex<[[TestedCell]]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      guard let cells = try? study().run(in: shared.path).cells else { return }
      results.withLock { $0.append(cells) }
    }
    #expect(results.withLock { $0 } == [expected.cells, expected.cells])
  }

  @Test func failuresAreNamedAndMistakesRefused() throws {
    struct Refusing: Baseline {
      let name = "refusing"
      let summary = "Fails on purpose."
      func learned(from data: BaselineData) throws -> LearnedBaseline { throw Failure("the test wants it") }
    }
    let results = try study(
      ["refusing"], seeds: [1], registry: StudyRegistry(plugins: .standard, baselines: [Refusing()])
    ).run(in: TemporaryFolder().path)
    #expect(results.missing.count == 2)
    #expect(results.missing.allSatisfy { $0.contains("refusing") && $0.contains("the test wants it") })
    #expect(results.cells.contains { $0.kind == .learned })
    let failure = try #require(throws: Failure.self) { try study(["linear-prob"]) }
    #expect(failure.kind == .usage && failure.description.contains("did you mean linear-probe?"))
  }

  private func baselineFiles(_ folder: TemporaryFolder) -> [String] {
    folder.files.filter { $0.contains("/baselines/") && $0.hasSuffix("json") }.sorted()
  }
}
