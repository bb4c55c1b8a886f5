import CLIPModel
import Experiments
import Foundation
import TestSupport
import Testing

import Reports

/// Effective rank and cosines of learned prompts.
struct PromptDiagnosticsTests {
  /// Rows along axes, the axis of each row given.
  private func rows(_ axes: [Int], folder: String = "runs/a", encoder: Modality = .text, width: Int = 8) -> PromptRows {
    PromptRows(
      folder: folder, encoder: encoder, width: width,
      values: axes.flatMap { axis in (0..<width).map { $0 == axis ? Float(2) : 0 } })
  }

  @Test func orthogonalAndParallelRows() throws {
    let orthogonal = try #require(try PromptDiagnostics(rows([0, 3, 5, 7])))
    #expect(orthogonal.rows == 4 && abs(orthogonal.effectiveRank - 4) < 1e-12)
    #expect(orthogonal.meanAbsoluteCosine == 0)
    #expect(abs(try #require(orthogonal.largestShare) - 0.25) < 1e-12)
    let parallel = try #require(try PromptDiagnostics(rows([2, 2, 2])))
    #expect(abs(parallel.effectiveRank - 1) < 1e-6)
    #expect(abs(try #require(parallel.meanAbsoluteCosine) - 1) < 1e-12)
    #expect(abs(try #require(parallel.largestShare) - 1) < 1e-12)
    let single = try #require(try PromptDiagnostics(rows([1])))
    #expect(single.rows == 1 && single.meanAbsoluteCosine == nil && single.largestShare == 1)
    // More rows than columns: two of each direction.
    let twice = try #require(try PromptDiagnostics(rows([0, 1, 0, 1], width: 2)))
    #expect(abs(twice.effectiveRank - 2) < 1e-12)
    #expect(abs(try #require(twice.meanAbsoluteCosine) - 1.0 / 3) < 1e-12)
  }

  @Test func whatHasNoNumbersSaysNothing() throws {
    // A row of zeros has no direction, but a matrix with one has a rank.
    let withZeros = try #require(try PromptDiagnostics(rows([0, 9])))
    #expect(withZeros.effectiveRank == 1 && withZeros.meanAbsoluteCosine == nil && withZeros.largestShare == nil)
    #expect(try PromptDiagnostics(rows([9, 9])) == nil)
    #expect(try PromptDiagnostics(rows([])) == nil)
    #expect(try PromptDiagnostics(PromptRows(folder: "a", encoder: .text, width: 2, values: [1, .nan])) == nil)
    #expect(try PromptDiagnostics(rows(Array(repeating: 0, count: 2000))) == nil, "too many")
  }

  /// A study whose SAPL has three directions in the text, two or four in the image, and whose CoOp has one.
  private func study() -> StudyResults {
    var study = SyntheticStudy(images: 30)
    study.supervisions = Array(study.supervisions.prefix(1))
    study.seeds = [1, 2]
    var results = study.baseToNew()
    results.prompts = [
      rows([0, 1, 2], folder: "runs/sapl-1"), rows([3, 4, 5], folder: "runs/sapl-2"),
      rows([0, 1, 0, 1], folder: "runs/sapl-1", encoder: .vision),
      rows([0, 1, 2, 3], folder: "runs/sapl-2", encoder: .vision),
      rows([7, 7], folder: "runs/coop:contextLength=4-1"),
    ]
    results.notes = ["the prompts of a run cannot be looked at: a test says so"]
    return results
  }

  @Test func theTableHasMeansOverSeedsAndTheirRange() throws {
    let table = try #require(try StudyReport(study(), replicates: 100).tables.prompts())
    #expect(table.rows.map { $0[0].text } == ["coop", "sapl", "sapl"])
    #expect(table.rows.map { $0[2].text } == ["text", "text", "image"])
    #expect(table.rows.map { $0[3].text } == ["2", "3", "4"])
    #expect(table.rows.map { $0[4].text } == ["1.00", "3.00", "3.00"])
    #expect(table.rows.map { $0[4].interval } == ["", "[3.00, 3.00]", "[2.00, 4.00]"])
    #expect(table.rows.map { $0[5].text } == ["1.000", "0.000", "0.167"])
    #expect(table.rows.map { $0[6].interval } == ["", "[0.333, 0.333]", "[0.250, 0.500]"])
    #expect(try StudyReport(SmallStudy.results(), replicates: 100).tables.prompts() == nil)
  }

  /// The same with attention: SAPL in the text by seed and in the image, CoOp in the text of fewer layers.
  private func studyWithAttention() -> StudyResults {
    var results = study()
    results.cells = results.cells.map { cell in
      let attention: [AttentionToPrompts] =
        cell.structure.hasPrefix("sapl")
        ? [
          AttentionToPrompts(encoder: .text, layers: [0.1 * Double(cell.seed), 0.5]),
          AttentionToPrompts(encoder: .vision, layers: [0.25, 0.75]),
        ]
        : cell.structure.hasPrefix("coop") && cell.seed == 1 ? [AttentionToPrompts(encoder: .text, layers: [0.3])] : []
      return TestedCell(
        kind: cell.kind, task: cell.task, tested: cell.tested, start: cell.start, structure: cell.structure,
        supervision: cell.supervision, shots: cell.shots, epochs: cell.epochs, seed: cell.seed, classes: cell.classes,
        record: cell.record, training: cell.training, terms: cell.terms, parameters: cell.parameters,
        folder: cell.folder, attention: cell.kind == .learned ? attention : [])
    }
    return results
  }

  @Test func attentionIsATableByLayer() throws {
    let report = try StudyReport(studyWithAttention(), replicates: 100)
    let table = try #require(report.tables.attention())
    #expect(table.columns.map(\.title) == ["structure", "supervision", "encoder", "layer 1", "layer 2"])
    #expect(table.rows.map { $0[0].text } == ["coop", "sapl", "sapl"])
    #expect(table.rows.map { $0[2].text } == ["text", "text", "image"])
    #expect(table.rows.map { $0[3].text } == ["30.0", "15.0", "25.0"])
    #expect(table.rows.map { $0[3].interval } == ["", "[10.0, 20.0]", "[25.0, 25.0]"])
    #expect(table.rows.map { $0[4].text } == ["–", "50.0", "75.0"])
    #expect(try StudyReport(study(), replicates: 100).tables.attention() == nil)
    let folder = try TemporaryFolder()
    try report.write(to: folder.path, gnuplot: nil)
    #expect(try folder.text("report.html").contains("Attention to prompts by layer"))
    struct Document: Decodable {
      struct Attention: Decodable {
        let folder: String
        let encoder: String
        let layers: [Double]
      }
      let attention: [Attention]
    }
    let attention = try JSONDecoder().decode(Document.self, from: folder.bytes("results.json")).attention
    #expect(Set(attention.map { "\($0.folder) \($0.encoder)" }).count == attention.count, "each run once")
    #expect(attention.contains { $0.encoder == "vision" && $0.layers == [0.25, 0.75] })
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func attentionIsAFigureForEachEncoder() throws {
    let folder = try TemporaryFolder()
    let notes = try StudyReport(studyWithAttention(), replicates: 100).write(to: folder.path)
    #expect(notes == ["the prompts of a run cannot be looked at: a test says so"])
    #expect(folder.exists("figures/attention-text-1.svg") && folder.exists("figures/attention-vision-1.svg"))
    let page = try folder.text("report.html")
    #expect(
      page.contains("Prompts get most attention in layer 2 of the image encoder with sapl with hard-label: 75.0 %"))
    #expect(page.contains("sapl with hard-label 15.0, 50.0"), "the alternative of the picture")
    let none = try TemporaryFolder()
    try StudyReport(study(), replicates: 100).write(to: none.path)
    #expect(!none.exists("figures/attention-text-1.svg"))
  }

  @Test func pageAndJSONHaveThem() throws {
    let folder = try TemporaryFolder()
    let notes = try StudyReport(study(), replicates: 100).write(to: folder.path, gnuplot: nil)
    #expect(notes.contains { $0.contains("a test says so") })
    let page = try folder.text("report.html")
    #expect(page.contains("Learned prompts, ") && page.contains("a test says so"))
    struct Document: Decodable {
      struct Prompt: Decodable {
        let folder: String
        let encoder: String
        let rows: Int
        let effectiveRank: Double
        let meanAbsoluteCosine: Double?
        let cosineSpectrum: [Double]
      }
      let prompts: [Prompt]
      let notes: [String]
    }
    let document = try JSONDecoder().decode(Document.self, from: folder.bytes("results.json"))
    #expect(document.prompts.count == 5)
    #expect(document.notes == ["the prompts of a run cannot be looked at: a test says so"])
    let coop = try #require(document.prompts.first { $0.folder.contains("coop") })
    #expect(coop.encoder == "text" && coop.rows == 2 && coop.cosineSpectrum.count == 2)
    #expect(coop.meanAbsoluteCosine == 1 && abs(coop.effectiveRank - 1) < 1e-6)
  }
}
