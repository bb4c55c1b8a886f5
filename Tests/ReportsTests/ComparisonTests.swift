import Basics
import Experiments
import Statistics
import Testing

import Reports

/// The numbers of comparisons are those of Statistics, for the right pairs.
struct ComparisonTests {
  private static let bootstrap = CrossedBootstrap(stream: RandomStream(purpose: "report", task: "bootstrap", seed: 0))

  private static func cells(_ results: StudyResults, _ method: String, _ task: String, _ classes: TestClasses)
    -> [[Bool]]
  {
    results.cells.filter { $0.method == method && $0.tested == task && $0.classes.rawValue == classes.rawValue }
      .sorted { $0.seed < $1.seed }.map(\.record.isCorrect)
  }

  @Test func oneTaskAgreesWithStatistics() throws {
    let results = SyntheticStudy(images: 60).baseToNew()
    let report = try StudyReport(results)
    let (a, b) = ("maple|hard-label", "sapl|hard-label")
    let line = try #require(
      report.comparisons.first {
        $0.a == a && $0.b == b && $0.setting.tested == "world:shapes@sketch" && $0.setting.classes == .new
      })
    let (left, right) = (
      Self.cells(results, a, "world:shapes@sketch", .new), Self.cells(results, b, "world:shapes@sketch", .new)
    )
    let expected = try Self.bootstrap.difference(of: [Correctness(left)], minus: [Correctness(right)])
    #expect(line.difference == expected.value)
    #expect(line.low == expected.interval.low)
    #expect(line.high == expected.interval.high)
    #expect(line.pairs == 3)
    #expect(line.seeds == 3)
    #expect(line.images == 60)
    let differences = try zip(Correctness(left).accuracies, Correctness(right).accuracies).map { $0 - $1 }
    let test = try SignFlipTest([differences], stream: Self.bootstrap.settings.stream)
    #expect(line.p == test.pValue)
  }

  @Test func harmonicMeansOverTasksAgreeWithStatistics() throws {
    let results = SyntheticStudy(images: 60).baseToNew()
    let report = try StudyReport(results)
    let (a, b) = ("ivlp|hard-label", "zero-shot")
    let line = try #require(
      report.comparisons.first { $0.a == a && $0.b == b && $0.setting.task == "all" && $0.setting.classes == .harmonic }
    )
    #expect(line.setting == Setting(task: "all", tested: "all", classes: .harmonic, shots: 16, epochs: 50))
    func correctness(_ method: String, repeated: Bool) throws -> [[Correctness]] {
      try ["world:shapes@sketch", "world:textures@night"].map { task in
        try [TestClasses.base, .new].map { classes in
          let table = try Correctness(Self.cells(results, method, task, classes))
          return repeated ? table.repeated(seeds: 3) : table
        }
      }
    }
    let expected = try Self.bootstrap.difference(
      .harmonicMean, of: correctness(a, repeated: false), minus: correctness(b, repeated: true))
    #expect(line.difference == expected.value)
    #expect(line.low == expected.interval.low)
    #expect(line.high == expected.interval.high)
    #expect(line.pairs == 6)
    #expect(line.tasks == 2)
  }

  @Test func holmIsForOneSetting() throws {
    let report = try StudyReport(SyntheticStudy(images: 30).fewShot())
    for (_, family) in Dictionary(grouping: report.comparisons, by: \.setting) {
      let adjusted = try HolmCorrection.adjusted(family.map(\.p))
      #expect(family.map(\.pHolm) == adjusted)
    }
    // Eight learned methods and three references, five numbers of images, two tasks and their mean.
    #expect(report.comparisons.count == 55 * 5 * 3)
  }

  @Test func baselinesWithoutEpochsStandBesideThoseWithSome() throws {
    let report = try StudyReport(SyntheticStudy(images: 30).baseToNew())
    #expect(report.comparisons.contains { $0.b == "linear-probe|logistic" && $0.setting.epochs == 50 })
    #expect(!report.comparisons.contains { $0.setting.epochs == 0 })
  }

  @Test func transferHasMeansOfItsOwn() throws {
    let report = try StudyReport(SyntheticStudy(images: 30).crossTask())
    let settings = Set(report.comparisons.map(\.setting))
    #expect(settings.contains(Setting(task: "all", tested: "others", classes: .all, shots: 16, epochs: 50)))
    #expect(!settings.contains { $0.tested == "all" })
    // A reference of the tested task stands beside what was learned elsewhere.
    #expect(
      report.comparisons.contains {
        $0.b == "zero-shot" && $0.setting.task == "world:objects" && $0.setting.tested == "world:shapes@sketch"
      })
  }

  @Test func oneSeedIsNoVerdict() throws {
    var study = SyntheticStudy(images: 60)
    study.seeds = [7]
    let report = try StudyReport(study.baseToNew())
    let learned = report.comparisons.filter { !$0.a.contains("zero-shot") && $0.a != "teacher" }
    #expect(learned.allSatisfy { $0.verdict == .oneSeed && $0.seedsToDecide == nil })
    #expect(report.findings.allSatisfy { $0.kind == .headline || $0.kind == .undecided })
    #expect(report.findings[0].text.contains("no verdict"))
  }

  @Test func otherImagesAreNotPaired() throws {
    var results = SmallStudy.results()
    let cell = results.cells[0]
    results.cells[0] = TestedCell(
      kind: cell.kind, task: cell.task, tested: cell.tested, structure: cell.structure, supervision: cell.supervision,
      shots: cell.shots, epochs: cell.epochs, seed: cell.seed, classes: cell.classes,
      record: TestRecord(
        evaluation: cell.record.evaluation, isCorrect: cell.record.isCorrect, confidences: cell.record.confidences,
        images: "others"), training: cell.training, terms: cell.terms, parameters: cell.parameters)
    let report = try StudyReport(results)
    #expect(report.comparisons.map(\.a) == ["coop|hard-label"])
    #expect(report.unpaired.count == 1)
  }

  @Test func nothingAtAllIsAReportToo() throws {
    var results = SmallStudy.results()
    results.cells = []
    let report = try StudyReport(results)
    #expect(report.comparisons.isEmpty && report.findings.isEmpty)
  }
}
