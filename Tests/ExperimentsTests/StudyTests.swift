import Basics
import CLIPModel
import Datasets
import Experiments
import Foundation
import PromptLearning
import StandardPlugins
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

/// Studies in folders: killed, shared, extended and refused.
@Suite struct StudyTests {
  private static let registry = StudyRegistry(plugins: .standard.adding(supervisions: [Failing.self]))

  /// Some runs of a few steps.
  private func grid(_ structures: [String] = ["coop:contextLength=2", "zero-shot"], seeds: [UInt64] = [1, 2]) -> Grid {
    Grid(
      tasks: ["world:shapes@sketch"], structures: structures,
      supervisions: ["hard-label", "hard-label+soft-label-kd:weight=0.5,template=domain"], shots: [1], seeds: seeds,
      epochs: [2])
  }

  private func study(
    _ grid: Grid? = nil, _ studyProtocol: any StudyProtocol = BaseToNew(), recipe: RecipeChoice = RecipeChoice()
  ) throws -> Study {
    try Study(studyProtocol, [grid ?? self.grid()], recipe: recipe, registry: Self.registry)
  }

  @Test func everyCellIsAnOrdinaryRunWithItsTests() throws {
    let folder = try TemporaryFolder()
    let results = try study().run(in: folder.path)
    #expect(results.missing.isEmpty)
    let learned = results.cells.filter { $0.kind == .learned }
    #expect(learned.count == 2 * 2 * 2 * 2, "structures, supervisions, seeds, base and new classes")
    for cell in learned {
      let path = try #require(cell.folder)
      let run = try Run(in: "\(folder.path)/\(path)", registry: Self.registry.plugins)
      let prompt = try run.learnedPrompt(in: "\(folder.path)/\(path)", registry: Self.registry.plugins)
      let evaluation = try prompt.evaluate(on: run.task, cell.classes, backbone: run.backbone)
      #expect(evaluation == cell.record.evaluation)
      #expect(cell.record.isCorrect.count { $0 } == evaluation.classes.reduce(0) { $0 + $1.correct })
      #expect(cell.record.confidences.count == evaluation.count)
      #expect(cell.record.confidences.allSatisfy { $0 > 0 && $0 <= 1.0001 })
    }
    // Both tests of a run have its attention to prompts, in every layer of the prompted encoder.
    let backbone = try Backbone(named: "embedded:student")
    for cell in learned {
      let isPrompted = cell.structure != "zero-shot"
      #expect(cell.attention.map(\.encoder) == (isPrompted ? [.text] : []))
      for one in cell.attention {
        #expect(one.layers.count == backbone.configuration.text.layers && one.layers.allSatisfy { $0 > 0 && $0 < 1 })
      }
    }
    let references = results.cells.filter { $0.kind == .reference }
    #expect(Set(references.map(\.structure)) == ["zero-shot", "zero-shot:template=domain"])
    // The structure that learns nothing is the reference.
    let zeroShot = learned.filter { $0.structure == "zero-shot" }
    for reference in references where reference.structure == "zero-shot" {
      #expect(zeroShot.filter { $0.classes == reference.classes }.allSatisfy { $0.record == reference.record })
    }
    #expect(results.fairness.contains { $0.hasPrefix("Training images: equal for all methods in each of 2 groups") })
    #expect(!results.fairness.contains { $0.contains("NOT") })
    #expect(results.costs.map(\.structure) == Array(repeating: "coop:contextLength=2", count: 2))
  }

  @Test func augmentationIsEqualForAllMethodsAndItsCostSaidOnce() throws {
    let folder = try TemporaryFolder()
    let notes = Mutex<[String]>([])
    let lists = grid(["coop:contextLength=2", "coop:contextLength=3"], seeds: [1])
    let results = try study(lists, recipe: RecipeChoice(augmentation: .cropFlip)).run(
      in: folder.path, observer: StudyObserver(note: { note in notes.withLock { $0.append(note) } }))
    #expect(results.missing.isEmpty)
    #expect(notes.withLock { $0.count { $0.hasPrefix("augmentation crop-flip: ") } } == 1)
    #expect(results.fairness.contains { $0.hasPrefix("Augmentation: equal for all methods in each of 1 groups") })
    for path in results.cells.compactMap(\.folder) {
      let run = try Run(in: "\(folder.path)/\(path)", registry: Self.registry.plugins)
      #expect(run.configuration.augmentation == .cropFlip && run.sources["augmentation"] == "option")
    }
    // Another augmentation is another comparison.
    #expect(throws: Failure.self) { try study(lists).run(in: folder.path) }
  }

  @Test func rowsOfLearnedPromptsAreThereAndDamagedOnesNamed() throws {
    let folder = try TemporaryFolder()
    let small = grid(seeds: [1])
    let results = try study(small).run(in: folder.path)
    #expect(results.notes.isEmpty)
    let learned = results.cells.filter { $0.structure == "coop:contextLength=2" }
    #expect(results.prompts.map(\.folder).sorted() == Set(learned.compactMap(\.folder)).sorted(), "zero-shot has none")
    for rows in results.prompts {
      let prompt = try LearnedPrompt(
        path: "\(folder.path)/\(rows.folder)/final.safetensors", registry: Self.registry.plugins)
      #expect(rows.encoder == .text && rows.values.count == 2 * rows.width)
      #expect(rows.values == prompt.parameters["context"]?.elements)
    }
    try folder.write("damaged", to: "\(results.prompts[0].folder)/final.safetensors")
    let damaged = try study(small).results(in: folder.path)
    #expect(damaged.prompts == Array(results.prompts.dropFirst()) && damaged.cells == results.cells)
    #expect(damaged.missing.isEmpty && damaged.notes.count == 1)
    #expect(damaged.notes.allSatisfy { $0.contains(results.prompts[0].folder) })
  }

  @Test func aStudyThatIsStoppedAtAnyStepEndsLikeOneThatIsNot() throws {
    let (whole, stopped) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try study().run(in: whole.path)
    var stops = 0
    var allowed = 3
    while true {
      let steps = Atomic<Int>(0)
      let limit = allowed
      do {
        let results = try study().run(
          in: stopped.path,
          observer: StudyObserver(shouldStop: { steps.add(1, ordering: .relaxed).newValue > limit }))
        #expect(results.cells == expected.cells)
        #expect(results.fairness == expected.fairness)
        break
      } catch is Trainer.Interrupted {
        stops += 1
        allowed += 5
      }
    }
    #expect(stops > 2, "it was stopped")
  }

  @Test func whatIsDoneIsNotDoneAgain() throws {
    let folder = try TemporaryFolder()
    _ = try study().run(in: folder.path)
    let before = try modified(folder)
    let steps = Atomic<Int>(0)
    _ = try study(grid(seeds: [1, 2, 3])).run(
      in: folder.path,
      observer: StudyObserver(shouldStop: {
        steps.add(1, ordering: .relaxed)
        return false
      }))
    let after = try modified(folder)
    for (file, date) in before where file.contains("/runs/") && !file.hasSuffix("lock") {
      #expect(after[file] == date, "\(file) was written again")
    }
    let cells = Set(after.keys.filter { $0.hasSuffix("cell.json") })
    #expect(cells.count == 12 && cells.count > before.keys.count { $0.hasSuffix("cell.json") })
  }

  @Test func aTestThatIsMadeAgainIsTheSameFile() throws {
    let folder = try TemporaryFolder()
    let small = grid(seeds: [1])
    _ = try study(small).run(in: folder.path)
    let files = folder.files.filter { $0.hasSuffix("cell.json") }
    let before = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    // The run is finished and hands out no images any more, so that its prompt is evaluated anew.
    for file in files { try FileManager.default.removeItem(atPath: file) }
    _ = try study(small).run(in: folder.path)
    #expect(try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) } == before)
  }

  @Test func severalShareTheWork() throws {
    let (alone, shared) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try study().run(in: alone.path)
    let results = Mutex<[StudyResults]>([])
    try withThrowingTaskGroupOfThreads(3) {
      let result = try study().run(in: shared.path)
      results.withLock { $0.append(result) }
    }
    for result in results.withLock({ $0 }) { #expect(result.cells == expected.cells) }
    #expect(results.withLock { $0.count } == 3)
  }

  @Test func aRunThatFailsDoesNotStopTheOthers() throws {
    let folder = try TemporaryFolder()
    var grid = grid(["coop:contextLength=2"])
    grid.supervisions = ["failing", "hard-label"]
    let results = try study(grid).run(in: folder.path)
    #expect(results.missing.count == 2)
    #expect(results.missing.allSatisfy { $0.contains("failing") && $0.contains("the test wants it") })
    #expect(Set(results.cells.filter { $0.kind == .learned }.map(\.supervision)) == ["hard-label"])
  }

  @Test func otherSettingsAreRefusedAndNamed() throws {
    let folder = try TemporaryFolder()
    _ = try study(grid(["zero-shot"], seeds: [1])).run(in: folder.path)
    func refusal(_ other: Study) throws -> String {
      let failure = try #require(throws: Failure.self) { try other.run(in: folder.path) }
      #expect(failure.kind == .usage)
      return failure.description
    }
    #expect(
      try refusal(study(grid(["zero-shot"]), FewShot()))
        .contains("protocolName is base-to-new there, few-shot here"))
    #expect(
      try refusal(study(grid(["zero-shot"]), recipe: RecipeChoice(learningRate: 0.5)))
        .contains("learningRate is not set there, 0.5 here"))
    let killed = try TemporaryFolder()
    try killed.write("{", to: "study.json.17.1.partial")
    #expect(try study(grid(["zero-shot"], seeds: [1])).run(in: killed.path).missing.isEmpty)
    let foreign = try TemporaryFolder()
    try foreign.write("notes", to: "notes.txt")
    let failure = try #require(throws: Failure.self) { try study().run(in: foreign.path) }
    #expect(failure.description.contains("not empty") && failure.description.contains("notes.txt"))
  }

  @Test func mistakesAreNamedTogetherBeforeAnythingRuns() throws {
    let failure = try #require(throws: Failure.self) {
      try study(
        Grid(tasks: ["world:shpes"], structures: ["cop", "coop:length=3"], supervisions: ["hard"], seeds: []))
    }
    #expect(failure.kind == .usage)
    for part in ["world:shapes", "cop", "length", "hard", "no seeds"] { #expect(failure.description.contains(part)) }
    // What does not fit the backbone is known before the first run.
    let depth = try #require(throws: Failure.self) { try study(grid(["maple:depth=40"])) }
    #expect(depth.kind == .usage && depth.description.contains("40"))
  }

  @Test func listsThatCannotBeRunAreNotWrittenDown() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/study"
    var lists = grid(["coop:contextLength=2"], seeds: [1])
    lists.supervisions = ["soft-label-kd:teacher=embedded:techer"]
    func failure() throws -> Failure {
      try #require(throws: Failure.self) { try study(lists).run(in: path) }
    }
    #expect(try failure().description.contains("the teacher of soft-label-kd: there is no file \"embedded:techer\""))
    #expect(try failure().kind == .usage && !folder.exists("study"))
    lists.supervisions = ["soft-label-kd:teacher=embedded:teacher"]
    #expect(try study(lists).run(in: path).missing.isEmpty)
    // Nor beside others.
    lists.supervisions = ["hard-label", "soft-label-kd:teacher=embedded:techer"]
    #expect(try failure().kind == .usage)
    lists.supervisions = ["hard-label"]
    #expect(try study(lists).run(in: path).missing.isEmpty)
    // Of images there can be too few.
    lists.shots = [nil]
    #expect(try failure().kind == .usage && failure().description.contains("no end of training images"))
    lists.shots = [2]
    #expect(try study(lists).run(in: path).missing.isEmpty)
  }

  @Test func promptsOfEachClassAreNotTestedOnOthers() throws {
    let results = try study(grid(["coop:contextLength=2,classSpecific=true"], seeds: [1])).run(
      in: TemporaryFolder().path)
    #expect(results.missing.isEmpty)
    #expect(Set(results.cells.filter { $0.kind == .learned }.map(\.classes)) == [.base])
  }

  @Test func fewShotLearningStartsFromThePretrainedPrompt() throws {
    let folder = try TemporaryFolder()
    let grid = Grid(
      tasks: ["world:colors"], source: "world:shapes@sketch", structures: ["coop:contextLength=2"],
      supervisions: ["hard-label"], shots: [1, 2], seeds: [1], epochs: [1, 2], fewShots: [1])
    let results = try study(grid, Pretraining()).run(in: folder.path)
    #expect(results.missing.isEmpty)
    let starts = results.cells.filter { $0.kind == .learned && $0.task == "world:colors" }
    #expect(starts.map(\.start) == ["usual", "pretrained on world:shapes@sketch hard-label 2 shots 2 epochs"])
    let pretrained = try #require(starts.last?.folder)
    let source = try #require(
      results.cells.first { $0.task == "world:shapes@sketch" && $0.tested == "world:colors" }?.folder)
    let prompt = try LearnedPrompt(
      path: "\(folder.path)/\(source)/final.safetensors", registry: Self.registry.plugins)
    let record = try RunDirectory.record(in: "\(folder.path)/\(pretrained)")
    #expect(record.configuration.start == prompt.digest)
    #expect(starts[0].record != starts[1].record)
  }

  @Test func aDamagedRecordIsNamed() throws {
    let folder = try TemporaryFolder()
    let small = grid(["coop:contextLength=2"])
    _ = try study(small).run(in: folder.path)
    let file = try #require(folder.files.first { $0.hasSuffix("cell.json") })
    try Data("{".utf8).write(to: URL(fileURLWithPath: file))
    let results = try study(small).run(in: folder.path)
    #expect(results.missing.count == 1)
    #expect(results.missing[0].contains("cell.json") && results.missing[0].contains("remove the file"))
    try FileManager.default.removeItem(atPath: file)
    #expect(try study(small).run(in: folder.path).missing.isEmpty)
  }

  @Test func sharedCounterpartsOfEqualSizeAreCellsOnce() throws {
    var lists = grid(["coop:contextLength=2", "sapl:initialization=random", "sapl:initialization=random,rows=carried"])
    #expect(try study(lists).runCount == 2 * 2 * 2, "two texts of one structure are one")
    lists.addsEqualParameters = true
    #expect(try study(lists).runCount == 3 * 2 * 2)
    // A counterpart has no counterpart, and one that is in the list already is not added.
    let context = try PromptContext(
      backbone: Backbone(named: "embedded:student"), classNames: ["circle"], template: "{}")
    let counterpart = try #require(try SAPL { $0.branches.initialization = .random }.sharedCounterpart(context))
    lists.structures.append(counterpart.specification.text)
    #expect(try study(lists).runCount == 3 * 2 * 2)
    lists.structures = ["coop:contextLength=2", "ivlp"]
    #expect(try study(lists).runCount == 2 * 2 * 2)
  }

  @Test func sharedCounterpartsAreRunAndTheirSizesNamed() throws {
    let folder = try TemporaryFolder()
    var lists = grid(["sapl:initialization=random,textLength=1,visionLength=1"], seeds: [1])
    lists.supervisions = ["hard-label"]
    lists.addsEqualParameters = true
    let results = try study(lists).run(in: folder.path)
    #expect(results.missing.isEmpty)
    let sizes = Dictionary(
      results.cells.filter { $0.kind == .learned }.map { ($0.structure, $0.parameters) }, uniquingKeysWith: { $1 })
    #expect(sizes.count == 2)
    let (sapl, shared) = (
      try #require(sizes[lists.structures[0]]), try #require(sizes.first { $0.key.contains("unshared=none") }?.value)
    )
    #expect(abs(Double(shared) / Double(sapl) - 1) < 0.2)
    // What is there is a study with the same lists.
    #expect(try Study(in: folder.path, registry: Self.registry).results(in: folder.path).cells == results.cells)
  }

  @Test func listsOfOlderFilesHaveNoCounterparts() throws {
    let new = try JSONText.encode(grid())
    let old = new.replacing("\"addsEqualParameters\":false,", with: "")
    #expect(old != new)
    #expect(try JSONText.decode(Grid.self, Data(old.utf8), origin: "old") == grid())
    var lists = grid()
    lists.addsEqualParameters = true
    #expect(try JSONText.decode(Grid.self, Data(JSONText.encode(lists).utf8), origin: "new") == lists)
  }

  private func modified(_ folder: TemporaryFolder) throws -> [String: Date] {
    Dictionary(
      uniqueKeysWithValues: try folder.files.map {
        ($0, try FileManager.default.attributesOfItem(atPath: $0)[.modificationDate] as! Date)
      })
  }

  /// Runs a body on some threads of their own and waits for all; rethrows an error of any.
  private func withThrowingTaskGroupOfThreads(_ count: Int, _ body: @escaping @Sendable () throws -> Void) throws {
    let errors = Mutex<[any Error]>([])
    let group = DispatchGroup()
    for _ in 0..<count {
      group.enter()
      let thread = Thread {
        do { try body() } catch { errors.withLock { $0.append(error) } }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    if let error = errors.withLock({ $0.first }) { throw error }
  }
}

/// A supervision that fails in the first step.
private struct Failing: SupervisionTerm {
  static let name = "failing"
  static let summary = "Fails on purpose."
  static let paper: String? = nil

  let options = NoOptions()
  init(options: NoOptions) {}

  func loss(_ input: SupervisionInput) throws -> Variable { throw Failure("the test wants it") }
}
