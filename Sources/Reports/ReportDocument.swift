import CLIPModel
import Experiments
import Training

/// `results.json`: everything that the report knows, for other programs.
struct ReportDocument: Encodable {
  struct Line: Encodable {
    let kind: TestedCell.Kind
    let method: String
    let task: String
    let tested: String
    let start: String
    let structure: String
    let supervision: String
    let shots: Int?
    let epochs: Int
    let seed: UInt64
    let classes: String
    let test: Evaluation
    let ece: Double
    let training: Evaluation?
    let terms: [String: Double]
    let parameters: Int
    let folder: String?
    let tuning: TunedRate?
  }

  /// See ``AttentionToPrompts``.
  struct Attention: Encodable {
    let folder: String
    let encoder: Modality
    let layers: [Double]
  }

  let protocolName: String
  let backbone: String
  let provenance: Provenance
  let fairness: [String]
  let missing: [String]
  let notes: [String]
  let findings: [Finding]
  let cells: [Line]
  let methods: [MethodSummary]
  let comparisons: [Comparison]
  let costs: [MeasuredCost]
  let prompts: [PromptDiagnostics]
  let attention: [Attention]

  private enum CodingKeys: String, CodingKey {
    case protocolName = "protocol"
    case backbone, provenance, fairness, missing, notes, findings, cells, methods, comparisons, costs, prompts,
      attention
  }

  init(_ report: StudyReport) throws {
    let results = report.results
    protocolName = results.protocolName
    backbone = results.backbone
    provenance = results.provenance
    fairness = results.fairness
    missing = results.missing
    notes = report.notes
    findings = report.findings
    cells = try results.cells.sorted(by: ResultsCSV.precedes).map { cell in
      Line(
        kind: cell.kind, method: cell.method, task: cell.task, tested: cell.tested, start: cell.start,
        structure: cell.structure, supervision: cell.supervision, shots: cell.shots, epochs: cell.epochs,
        seed: cell.seed,
        classes: cell.classes.rawValue, test: cell.record.evaluation, ece: try cell.calibration().expectedError,
        training: cell.training, terms: cell.terms, parameters: cell.parameters, folder: cell.folder,
        tuning: cell.tuning)
    }
    methods = report.analysis.grid.groups.flatMap { report.analysis.summaries[$0.setting] ?? [] }
    comparisons = report.comparisons
    costs = CostsCSV.sorted(results.costs)
    // Every test of a run has what is the run's.
    let runs = Dictionary(results.cells.compactMap { cell in cell.folder.map { ($0, cell.attention) } }) { $1 }
    attention = runs.sorted { $0.key < $1.key }.flatMap { folder, encoders in
      encoders.map { Attention(folder: folder, encoder: $0.encoder, layers: $0.layers) }
    }
    prompts = report.analysis.prompts.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
