import Basics
import CLIPModel
import Datasets
import Experiments
import Foundation
import PromptLearning
import StandardPlugins
import Synchronization
import TestSupport
import Testing
import Training

/// Learning rates that are searched on validation images.
@Suite struct TuningTests {
  private static let registry = StudyRegistry(
    plugins: .standard, tasks: .standard.adding([WatchedSource.self, BareSource.self]))

  private func study(
    tune: Int, task: String = "world:shapes@sketch", structures: [String] = ["coop:contextLength=2", "zero-shot"],
    seeds: [UInt64] = [2, 1], learningRate: Double? = nil
  ) throws -> Study {
    let grid = Grid(
      tasks: [task], structures: structures, supervisions: ["hard-label"], shots: [1], seeds: seeds, epochs: [2])
    return try Study(
      BaseToNew(), [grid], recipe: RecipeChoice(learningRate: learningRate), tune: tune, registry: Self.registry)
  }

  // MARK: The rates

  @Test func ratesAreSpreadByEqualFactorsAroundTheRecipes() {
    let rates = Tuning(trials: 5).rates(around: 0.002)
    #expect(rates[2] == 0.002, "an odd number has the recipe's own, to the last bit")
    for (rate, expected) in zip(rates, [0.0002, 0.002 / 10.0.squareRoot(), 0.002, 0.002 * 10.0.squareRoot(), 0.02]) {
      #expect(abs(rate / expected - 1) < 1e-12)
    }
    #expect(Tuning(trials: 1).rates(around: 0.3) == [0.3])
    let two = Tuning(trials: 2).rates(around: 1)
    #expect(two.count == 2 && abs(two[0] - 0.1) < 1e-15 && abs(two[1] - 10) < 1e-12)
  }

  @Test func theMostAccurateWinsAndTiesGoToTheNearest() {
    func best(_ accuracies: [Double?]) -> Int? {
      let rates = Tuning(trials: accuracies.count).rates(around: 0.002)
      return Tuning.best(
        of: zip(rates, accuracies).map { TunedRate.Trial(learningRate: $0, accuracy: $1) }, around: 0.002)
    }
    #expect(best([0.1, 0.2, 0.3, 0.2, 0.5]) == 4)
    #expect(best([0.5, 0.5, 0.5, 0.5, 0.5]) == 2)
    #expect(best([0.5, 0.3, 0.2, 0.5, 0.5]) == 3)
    #expect(best([0.1, 0.5, 0.2, 0.5, 0.1]) == 1, "of two that are equally near the lower")
    #expect(best([nil, 0.0, nil]) == 1 && best([nil, nil, 0.4]) == 2)
    #expect(best([nil, nil, nil]) == nil && best([]) == nil)
  }

  // MARK: In studies

  @Test func everyStructureHasTheSameTrialsAndAllSeedsTheChosenRate() throws {
    let folder = try TemporaryFolder()
    let structures = ["coop:contextLength=2", "vpt:contextLength=1", "zero-shot"]
    let notes = Mutex<[String]>([])
    let results = try study(tune: 3, structures: structures).run(
      in: folder.path, observer: StudyObserver(note: { note in notes.withLock { $0.append(note) } }))
    #expect(results.missing.isEmpty)
    #expect(notes.withLock { $0 }.contains { $0.hasPrefix("6 runs, 6 trials, 0 of them done") })
    #expect(trials(folder).count == 2 * 3, "nothing is tried for what learns nothing")
    for structure in structures.dropLast() {
      let cells = results.cells.filter { $0.structure == structure }
      let tuned = try #require(cells.first?.tuning)
      #expect(cells.count == 4 && cells.allSatisfy { $0.tuning == tuned }, "one rate for all seeds")
      #expect(tuned.trials.count == 3 && tuned.seed == 2 && tuned.validationImages == 240)
      #expect(tuned.trials.map(\.learningRate).contains(tuned.learningRate))
      #expect(tuned.trials[1].learningRate == tuned.recipe)
      let most = try #require(tuned.trials.compactMap(\.accuracy).max())
      #expect(tuned.trials.first { $0.learningRate == tuned.learningRate }?.accuracy == most)
      for cell in cells {
        let run = try RunDirectory.record(in: "\(folder.path)/\(try #require(cell.folder))")
        #expect(run.configuration.learningRate == tuned.learningRate && run.sources["learningRate"] == "tuning")
      }
      #expect(
        results.fairness.contains {
          $0.contains("Learning rate of \(structure) under hard-label") && $0.contains("240 validation images")
        })
      // The accuracies are those of the trials' prompts on validation images of the learned classes.
      for trial in tuned.trials {
        let name = structure.prefix { $0 != ":" }
        let path = try #require(
          trials(folder).first { $0.contains("_\(name)_") && $0.contains("_rate-\(trial.learningRate)/") })
        let prompt = try LearnedPrompt(
          path: path.replacing("trial.json", with: "final.safetensors"), registry: .standard)
        let task = try TaskRegistry.standard.task(named: "world:shapes@sketch")
        let set = try #require(try task.validationSet(seed: 2)).restricted(to: 0..<6)
        let evaluator = try prompt.evaluator(
          on: set, of: task, .base, backbone: Backbone(named: "embedded:student"), frozen: .init())
        #expect(try evaluator(prompt.parameters).accuracy == trial.accuracy)
      }
    }
    #expect(results.cells.filter { $0.structure == "zero-shot" }.allSatisfy { $0.tuning == nil })
    #expect(results.fairness.contains { $0.hasPrefix("Search of the learning rate") && $0.contains("equal for all") })
    #expect(!results.fairness.contains { $0.contains("NOT") })
  }

  @Test func testImagesAreNotReadWhileRatesAreTried() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/study"
    let results = try study(tune: 3, task: "watched:\(path)").run(in: path)
    #expect(results.missing.isEmpty, "a task that does not show its test images before all trials are done")
    #expect(results.cells.contains { $0.tuning != nil })
    // The watch sees a trial that is not done.
    try folder.write("", to: "study/tuning/open/run.json")
    #expect(throws: Failure.self) { try WatchedTask(path: path).testSet() }
  }

  @Test func aSearchThatIsStoppedEndsLikeOneThatIsNotAndRepeatsNothing() throws {
    let (whole, stopped) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try study(tune: 3).run(in: whole.path)
    var (stops, allowed) = (0, 4)
    var done: [String: Date] = [:]
    while true {
      let asked = Atomic<Int>(0)
      let limit = allowed
      let results = try? study(tune: 3).run(
        in: stopped.path, observer: StudyObserver(shouldStop: { asked.add(1, ordering: .relaxed).newValue > limit }))
      for (file, date) in done { #expect(try modified(file) == date, "\(file) was written again") }
      for file in trials(stopped) { done[file] = try modified(file) }
      if let results {
        #expect(results.cells == expected.cells && results.fairness == expected.fairness)
        break
      }
      (stops, allowed) = (stops + 1, allowed + 4)
    }
    #expect(stops > 2 && done.count == 3)
    // A smaller seed that is added takes the rate that was chosen.
    let extended = try study(tune: 3, seeds: [0]).run(in: stopped.path)
    #expect(extended.missing.isEmpty && trials(stopped).count == 3)
    #expect(Set(extended.cells.filter { $0.structure.hasPrefix("coop") }.map { $0.tuning?.seed }) == [2])
  }

  @Test func severalShareTheTrials() throws {
    let (alone, shared) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try study(tune: 3).run(in: alone.path).cells
    let results = Mutex<[[TestedCell]]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      guard let cells = try? study(tune: 3).run(in: shared.path).cells else { return }
      results.withLock { $0.append(cells) }
    }
    #expect(results.withLock { $0 } == [expected, expected])
  }

  @Test func oneTrialIsTheRecipesRateAndNoneIsNoSearch() throws {
    let (none, one) = (try TemporaryFolder(), try TemporaryFolder())
    let untuned = try study(tune: 0).run(in: none.path)
    #expect(!none.exists("tuning") && untuned.cells.allSatisfy { $0.tuning == nil })
    let tuned = try study(tune: 1).run(in: one.path)
    #expect(trials(one).count == 1)
    #expect(tuned.cells.map(\.record) == untuned.cells.map(\.record))
    let cell = try #require(tuned.cells.first { $0.structure == "coop:contextLength=2" })
    #expect(cell.tuning?.trials.count == 1 && cell.tuning?.learningRate == cell.tuning?.recipe)
    // The search belongs to the folder.
    let failure = try #require(throws: Failure.self) { try study(tune: 3).run(in: none.path) }
    #expect(failure.kind == .usage && failure.description.contains("tune is not set there, 3 here"))
  }

  @Test func ratesThatAreTooHighAreNotTaken() throws {
    let folder = try TemporaryFolder()
    let results = try study(tune: 2, learningRate: 1e40).run(in: folder.path)
    #expect(results.missing.count == 2)
    #expect(results.missing.allSatisfy { $0.contains("none of the 2 learning rates") }, "\(results.missing)")
    #expect(results.cells.contains { $0.structure == "zero-shot" && $0.kind == .learned })
  }

  @Test func aTaskWithoutValidationImagesIsRefused() throws {
    let failure = try #require(throws: Failure.self) { try study(tune: 3, task: "bare:x") }
    #expect(failure.kind == .usage && failure.description.contains("bare:x has no validation images"))
    #expect(!failure.description.contains("\n"))
    _ = try study(tune: 0, task: "bare:x")
    let many = try #require(throws: Failure.self) { try study(tune: 1_000_000) }
    #expect(many.kind == .usage && many.description.contains("tune is a whole number"))
  }

  private func trials(_ folder: TemporaryFolder) -> [String] { folder.files.filter { $0.hasSuffix("/trial.json") } }

  private func modified(_ file: String) throws -> Date {
    try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as! Date
  }
}

/// A task that refuses to show its test images while a trial in a study's folder is not done.
private struct WatchedTask: ClassificationTask {
  let path: String
  private let world = try! TaskRegistry.standard.task(named: "world:shapes@sketch")

  init(path: String) { self.path = path }

  var name: String { "watched:\(path)" }
  var classNames: [String] { world.classNames }
  var template: String { world.template }
  var isOfEmbeddedWorld: Bool { true }

  func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) throws -> ImageSet {
    try world.trainingSet(shots, labels: labels, seed: seed)
  }
  func validationSet(seed: UInt64) throws -> ImageSet? { try world.validationSet(seed: seed) }
  func testSet() throws -> ImageSet {
    let trials = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/tuning")) ?? []
    for trial in trials where !FileManager.default.fileExists(atPath: "\(path)/tuning/\(trial)/trial.json") {
      throw Failure("test images are asked for while \(trial) is not done")
    }
    return try world.testSet()
  }
}

private struct WatchedSource: TaskSource {
  static let prefix = "watched"
  static let argument = "PATH"
  static let summary = "Shows no test images while learning rates are searched."

  func task(_ argument: String) -> any ClassificationTask { WatchedTask(path: argument) }
}

/// A task without validation images.
private struct BareSource: TaskSource {
  static let prefix = "bare"
  static let argument = "NAME"
  static let summary = "Has no validation images."

  func task(_ argument: String) throws -> any ClassificationTask {
    let world = try TaskRegistry.standard.task(named: "world:shapes@sketch")
    return StoredTask(
      name: "bare:\(argument)", classNames: world.classNames, training: try world.trainingSet(.perClass(1), seed: 1),
      test: try world.testSet())
  }
}
