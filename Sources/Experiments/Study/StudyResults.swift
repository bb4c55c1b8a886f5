/// What is there of a study: everything that a report is made from.
public struct StudyResults: Sendable {
  /// The protocol's name, as `base-to-new`.
  public var protocolName: String
  /// The backbone.
  public var backbone: String
  /// What was tested, in an order that follows from the cells alone.
  public var cells: [TestedCell]
  /// What training costs, one for each structure and supervision.
  public var costs: [MeasuredCost]
  /// What was checked to be equal between methods, and what was not, a sentence each.
  public var fairness: [String]
  /// Cells that are planned and not there, and why if that is known, a line each.
  public var missing: [String]
  /// Where and how it was made.
  public var provenance: Provenance
  /// The rows of the prompts that runs learned, for those that have the same for all classes and images.
  public var prompts: [PromptRows]
  /// What a reader should know besides, a line each.
  public var notes: [String]

  /// Results of the given parts.
  public init(
    protocolName: String, backbone: String, cells: [TestedCell], costs: [MeasuredCost] = [], fairness: [String] = [],
    missing: [String] = [], provenance: Provenance, prompts: [PromptRows] = [], notes: [String] = []
  ) {
    self.protocolName = protocolName
    self.backbone = backbone
    self.cells = cells
    self.costs = costs
    self.fairness = fairness
    self.missing = missing
    self.provenance = provenance
    self.prompts = prompts
    self.notes = notes
  }
}
