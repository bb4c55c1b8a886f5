import Tensors

/// Rows that enter a block, put together from parts.
///
/// What maps rows one by one runs on the parts: prompts that many sequences share are mapped once, and what is constant stays
/// constant, so that no gradient is computed for it.
struct AssembledRows {
  private let parts: [Variable]
  private let plan: RowPlan?

  /// All rows of one matrix.
  init(_ rows: Variable) {
    parts = [rows]
    plan = nil
  }

  /// Rows of several matrices.
  init(_ parts: [Variable], _ plan: RowPlan) {
    self.init(parts: parts, plan: plan)
  }

  private init(parts: [Variable], plan: RowPlan?) {
    self.parts = parts
    self.plan = plan
  }

  /// All rows, put together.
  var whole: Variable { plan.map { .rows(of: parts, $0) } ?? parts[0] }

  /// What a map of rows makes of all rows.
  func map(_ transform: (Variable) -> Variable) -> AssembledRows {
    AssembledRows(parts: parts.map(transform), plan: plan)
  }

  /// What a layer makes of all rows.
  func map(_ layer: Linear) -> AssembledRows { map { layer($0) } }

  /// All rows normalised.
  func map(_ norm: LayerNorm) -> AssembledRows { map { norm($0) } }
}
