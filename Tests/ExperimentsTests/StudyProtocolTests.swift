import Basics
import Datasets
import Experiments
import PromptLearning
import StandardPlugins
import TestSupport
import Testing

/// What each protocol learns and tests.
@Suite struct StudyProtocolTests {
  private let names = ["world:shapes", "world:shapes@sketch", "world:colors", "world:large@blurry"]

  private var tasks: [String: any ClassificationTask] {
    get throws {
      Dictionary(uniqueKeysWithValues: try names.map { ($0, try TaskRegistry.standard.task(named: $0)) })
    }
  }

  @Test func fewShotLearnsAllClassesWithEveryNumberOfImages() throws {
    let grid = Grid(
      tasks: ["world:shapes", "world:colors"], structures: ["coop", "maple"], supervisions: ["hard-label"],
      shots: [1, 4], seeds: [1, 2, 3])
    let cells = FewShot().cells(of: grid, tasks: try tasks)
    #expect(cells.count == 2 * 2 * 2 * 3)
    #expect(Set(cells).count == cells.count)
    #expect(cells.allSatisfy { $0.cell.classes == .all && $0.tests == [CellTest(task: $0.cell.task, classes: .all)] })
    #expect(Set(cells.map(\.cell.shots)) == [1, 4])
  }

  /// Runs with samples of the classes stand beside those with all, as other methods do; few-shot learning after them has all classes.
  @Test func sampledClassesAreCompared() throws {
    let grid = Grid(
      tasks: ["world:shapes"], source: "world:colors", structures: ["coop"], supervisions: ["hard-label"], shots: [1],
      seeds: [1], epochs: [1], sampledClasses: [nil, 2], fewShots: [1])
    let cells = try Pretraining().cells(of: grid, tasks: try tasks)
    #expect(cells.filter { $0.cell.task == "world:colors" }.map(\.cell.sampledClasses) == [nil, 2])
    #expect(cells.filter { $0.cell.task == "world:shapes" }.allSatisfy { $0.cell.sampledClasses == nil })
    let folder = try TemporaryFolder()
    let results = try Study(Pretraining(), [grid], registry: StudyRegistry(plugins: .standard)).run(
      in: "\(folder.path)/study")
    #expect(results.missing.isEmpty)
    #expect(
      Set(results.cells.filter { $0.kind == .learned && $0.tested == "world:colors" }.map(\.method)) == [
        "coop|hard-label", "coop|hard-label+sampled-classes:2",
      ])
    #expect(Set(results.costs.map(\.supervision)).contains("hard-label+sampled-classes:2"))
  }

  @Test func whatAProtocolDoesNotTakeIsRefused() throws {
    var lists = Grid(
      tasks: ["world:shapes"], source: "world:colors", structures: ["zero-shot"], supervisions: ["hard-label"],
      shots: [1], seeds: [1], epochs: [1], fewShots: [4])
    let registry = StudyRegistry(plugins: .standard)
    let folder = try TemporaryFolder()
    let failure = try #require(throws: Failure.self) {
      try Study(BaseToNew(), [lists], registry: registry).run(in: "\(folder.path)/study")
    }
    #expect(
      failure
        == .usage(
          "source: the protocol base-to-new does not take it; cross-task, domain-shift, pretraining do\n"
            + "few-shots: the protocol base-to-new does not take it; pretraining does"))
    #expect(!folder.exists("study"))
    lists.fewShots = []
    #expect(try Study(CrossTask(), [lists], registry: registry).run(in: "\(folder.path)/study").missing.isEmpty)
  }

  @Test func baseToNewLearnsHalfAndTestsBothHalves() throws {
    let grid = Grid(tasks: ["world:shapes"], structures: ["coop"], supervisions: ["hard-label"], seeds: [1])
    let cells = try BaseToNew().cells(of: grid, tasks: try tasks)
    #expect(cells.map(\.cell.classes) == [.base])
    #expect(cells[0].tests.map(\.classes) == [.base, .new])
  }

  @Test func crossTaskTestsTheSourceAndTheOthers() throws {
    var grid = Grid(
      tasks: ["world:colors", "world:shapes"], source: "world:shapes", structures: ["coop"],
      supervisions: ["hard-label"], seeds: [1])
    let cells = try CrossTask().cells(of: grid, tasks: try tasks)
    #expect(cells.map(\.cell.task) == ["world:shapes"])
    #expect(cells[0].tests.map(\.task) == ["world:shapes", "world:colors"])
    grid.source = nil
    let failure = try #require(throws: Failure.self) { try CrossTask().cells(of: grid, tasks: try tasks) }
    #expect(failure.kind == .usage && failure.description.contains("--source"))
  }

  @Test func domainShiftRefusesOtherClasses() throws {
    let grid = Grid(
      tasks: ["world:shapes@sketch"], source: "world:shapes", structures: ["coop"], supervisions: ["hard-label"],
      seeds: [1])
    let cells = try DomainShift().cells(of: grid, tasks: try tasks)
    #expect(cells[0].tests.map(\.task) == ["world:shapes", "world:shapes@sketch"])
    var other = grid
    other.tasks = ["world:colors"]
    let failure = try #require(throws: Failure.self) { try DomainShift().cells(of: other, tasks: try tasks) }
    #expect(failure.description.contains("world:colors has other classes than world:shapes"))
  }

  /// ImageNet-A and -R have some of ImageNet's classes.
  @Test func domainShiftTestsSomeOfTheClasses() throws {
    let (data, folder) = (try DasslFolder(["imagenet"] + DasslFolder.tested), try TemporaryFolder())
    let grid = Grid(
      tasks: DasslFolder.tested.map { "dassl:\($0)" }, source: "dassl:imagenet", structures: ["coop:contextLength=2"],
      supervisions: ["hard-label"], shots: [2], seeds: [1], epochs: [1])
    let registry = StudyRegistry(
      plugins: .standard, tasks: TaskRegistry(TaskRegistry.standard.sources, root: data.path))
    let results = try Study(DomainShift(), [grid], registry: registry).run(in: "\(folder.path)/study")
    #expect(results.missing.isEmpty)
    let counts = results.cells.filter { $0.kind == .learned }.map(\.record.evaluation.count)
    // Of 4 classes, and of 2 each of -A and -R.
    #expect(counts.sorted() == [2, 2, 4, 4, 4].map { $0 * DasslFolder.test })
    // The folder remembers where the data were.
    let again = try Study(in: "\(folder.path)/study", registry: StudyRegistry(plugins: .standard))
    #expect(try again.results(in: "\(folder.path)/study", command: "").missing.isEmpty)
  }

  @Test func pretrainingVariesOneThingAtATimeAndCarriesTheMost() throws {
    let grid = Grid(
      tasks: ["world:shapes", "world:colors"], source: "world:large@blurry", structures: ["coop", "sapl"],
      supervisions: ["hard-label", "hard-label+soft-label-kd"], shots: [2, 4, 8], seeds: [1], epochs: [1, 2, 5],
      fewShots: [1])
    let cells = try Pretraining().cells(of: grid, tasks: try tasks)
    let source = cells.filter { $0.cell.task == "world:large@blurry" }
    // Of 3 × 3 the row and the column of the most, for each of 2 × 2 methods.
    #expect(source.count == 5 * 4)
    #expect(source.allSatisfy { $0.cell.shots == 8 || $0.cell.epochs == 5 })
    let carried = source.filter { $0.tests.count > 1 }
    #expect(carried.count == 4 && carried.allSatisfy { $0.cell.shots == 8 && $0.cell.epochs == 5 })
    #expect(carried.allSatisfy { $0.tests.map(\.task) == ["world:large@blurry", "world:shapes", "world:colors"] })

    let fewShot = cells.filter { $0.cell.task != "world:large@blurry" }
    // On 2 tasks 2 structures from their usual start and from 2 pretrained prompts of the same structure.
    #expect(fewShot.count == 2 * 2 * 3)
    for planned in fewShot {
      guard case .pretrained(let start) = planned.cell.start else { continue }
      #expect(start.structure == planned.cell.structure && start.seed == planned.cell.seed)
      let first = try #require(cells.firstIndex { $0.cell == start })
      #expect(first < cells.firstIndex(of: planned)!, "a cell stands behind the one that it starts from")
    }
  }
}
