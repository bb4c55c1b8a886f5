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
    self.parts = parts
    self.plan = plan
  }

  /// All rows, put together.
  var whole: Variable { plan.map { .rows(of: parts, $0) } ?? parts[0] }

  /// What `map` makes of all rows, put together.
  func mapped(_ map: (Variable) -> Variable) -> Variable {
    plan.map { .rows(of: parts.map(map), $0) } ?? map(parts[0])
  }
}
