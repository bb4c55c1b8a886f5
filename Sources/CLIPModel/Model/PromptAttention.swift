import Tensors

/// Where the queries, keys and values of a block's prompt rows come from.
///
/// Keys and values stand side by side, `[n, 2 · width]`. Plans put rows together from those of the residual stream (source 0)
/// and those of the prompts (source 1).
enum PromptAttention {
  /// From their residual stream, as those of all other rows; also where there are no prompts.
  case residualStream
  /// Learned ones take the place of those that their residual stream has; queries too, unless these are nil.
  case learned(queries: Variable?, keysAndValues: Variable, places: RowPlan)
  /// Learned keys and values of rows without a residual stream, at their places among the others: in causal attention the
  /// place decides which rows attend to them.
  case inserted(keysAndValues: Variable, places: RowPlan)
  /// The same in full attention, where the order of keys is free: the prompts stand in front, once for all the sequences that
  /// share them, as prefixes of the layout.
  case prefix(keysAndValues: Variable)
}
