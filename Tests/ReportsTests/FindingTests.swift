import TestSupport
import Testing

import Reports

/// Sentences follow from the numbers by rules.
struct FindingTests {
  private static func texts(_ study: SyntheticStudy, _ kind: Finding.Kind) throws -> [String] {
    try StudyReport(study.baseToNew()).findings.filter { $0.kind == kind }.map(\.text)
  }

  @Test func aClearWinnerIsCalledOne() throws {
    var study = SyntheticStudy()
    study.structures = [("coop", 0.2, 0, 0.9), ("sapl", 1.6, 1.4, 0.3)]
    study.supervisions = [("hard-label", 0, 0, 0)]
    let headline = try Self.texts(study, .headline)
    #expect(headline.count == 1)
    #expect(headline[0].contains("sapl with hard-label tests highest"))
    #expect(headline[0].contains("above zero-shot"))
    // CoOp prompts one encoder with far fewer parameters, and says nothing of unsharing.
    #expect(!(try StudyReport(study.baseToNew()).findings.contains { $0.text.contains("training loss") }))
    let decided = try Self.texts(study, .decided)
    #expect(decided.contains { $0.contains("on new classes of 2 tasks".capitalizedFirst) && $0.contains("above coop") })
  }

  @Test func unsharingIsJudgedAgainstTheSameStructureWithAllShared() throws {
    var study = SyntheticStudy()
    study.structures = [("coop", 0.2, 0, 0.9), ("sapl", 1.6, 1.4, 0.3), ("sapl:unshared=none,textLength=9", 1, 1, 0.8)]
    study.supervisions = [("hard-label", 0, 0, 0)]
    let agreeing = try Self.texts(study, .agreesWithPaper).filter { $0.contains(PaperClaims.fitting.dropFirst()) }
    #expect(agreeing.count == 1)
    #expect(agreeing.allSatisfy { $0.contains("is below that of sapl:unshared=none") && !$0.contains("coop") })
  }

  @Test func whereNothingIsOfThePaperItIsNotSpokenOf() throws {
    var study = SyntheticStudy()
    study.structures = [("coop", 1, -1.5, 0.2), ("maple", 0.2, 0.1, 0.3)]
    study.supervisions = [("hard-label", 0, 0, 0)]
    let folder = try TemporaryFolder()
    let report = try StudyReport(study.crossTask(), replicates: 100)
    #expect(!report.findings.contains { [.contradictsPaper, .agreesWithPaper].contains($0.kind) })
    try report.write(to: folder.path, gnuplot: nil)
    #expect(!(try folder.text("report.html").contains("the paper")))
    // It is, where there is something unshared.
    study.structures[1].name = "sapl"
    try StudyReport(study.crossTask(), replicates: 100).write(to: folder.path, gnuplot: nil)
    #expect(try folder.text("report.html").contains("What contradicts the paper"))
  }

  @Test func nothingIsCalledBetterWhoseIntervalCoversZero() throws {
    var study = SyntheticStudy(images: 40)
    study.structures = [("coop", 0.5, 0.1, 0.5), ("ivlp", 0.5, 0.1, 0.5)]
    study.supervisions = [("hard-label", 0, 0, 0)]
    let report = try StudyReport(study.baseToNew())
    #expect(
      report.findings.contains {
        $0.kind == .undecided && $0.text.contains("more seed") || $0.text.contains("more images")
      })
    for finding in report.findings where finding.kind == .decided {
      Issue.record("nothing should be decided: \(finding.text)")
    }
    #expect(!report.findings[0].text.contains("tests highest"))
    let table = report.tables.accuracies()[0]
    let learned = table.rows.filter { ["coop", "ivlp"].contains($0[0].text) }
    #expect(learned.count == 2 && !learned.joined().contains { $0.isBest })
  }

  @Test func whatContradictsThePaperIsSaid() throws {
    var study = SyntheticStudy()
    study.structures = [("sapl:unshared=none", 1, 0.8, 0.2), ("sapl", 0.9, 0.7, 0.9)]
    study.supervisions = [("hard-label", 0, 0, 0), ("soft-label-kd", 0, -1.5, 0.1)]
    let contradictions = try Self.texts(study, .contradictsPaper)
    #expect(
      contradictions.contains { $0.contains(PaperClaims.fitting) && $0.contains("is above that of sapl:unshared=none") }
    )
    #expect(
      contradictions.contains { $0.contains(PaperClaims.soft) && $0.contains("soft-label-kd tests below hard-label") })
    let kinds = try StudyReport(study.baseToNew()).findings.map(\.kind)
    let order = kinds.map { Finding.Kind.allCases.firstIndex(of: $0)! }
    #expect(order == order.sorted())
  }

  @Test func transferBelowZeroShotContradicts() throws {
    var study = SyntheticStudy()
    study.structures = [("sapl", 1, -1.5, 0.2)]
    study.supervisions = [("hard-label", 0, 0, 0)]
    let findings = try StudyReport(study.crossTask()).findings
    #expect(
      findings.contains {
        $0.kind == .contradictsPaper && $0.text.contains(PaperClaims.transfer) && $0.text.contains("below zero-shot")
      })
  }

  @Test func aPretrainedStartIsComparedWithTheUsualOne() throws {
    let findings = try StudyReport(SyntheticStudy().pretraining()).findings
    #expect(findings.contains { $0.kind == .agreesWithPaper && $0.text.contains("the pretrained start tests above") })
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
