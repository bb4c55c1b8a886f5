import Tensors

/// Multi-head self-attention with its linear maps: out(softmax(Q Kᵀ / √d) V) with Q, K, V = maps of x.
struct SelfAttention {
  /// All three maps in one, `[3 · width, width]`, as CLIP stores them.
  private let queryKeyValue: Linear
  let query: Linear
  let key: Linear
  let value: Linear
  private let keyValue: Linear
  private let output: Linear
  private let heads: Int

  init(queryKeyValue: Linear, output: Linear, heads: Int) {
    let width = output.weight.shape[0]
    self.queryKeyValue = queryKeyValue
    query = queryKeyValue.outputs(0..<width)
    key = queryKeyValue.outputs(width..<2 * width)
    value = queryKeyValue.outputs(2 * width..<3 * width)
    keyValue = queryKeyValue.outputs(width..<3 * width)
    self.output = output
    self.heads = heads
  }

  /// residual + attention(x).
  ///
  /// - Parameters:
  ///   - x: Normalised rows, `[rows, width]`.
  ///   - queryRows: The rows whose queries the layout has, where these are not all of `x`.
  ///   - prompt: Where the queries, keys and values of prompt rows come from.
  ///   - residual: `[queries, width]`.
  func callAsFunction(
    _ x: AssembledRows, queryRows: AssembledRows?, _ prompt: PromptAttention, layout: AttentionLayout,
    addedTo residual: Variable
  ) -> Variable {
    // Where queries are those of all rows, one product makes queries, keys and values.
    func together(prefix: Variable?) -> Variable {
      .attention(
        queriesKeysAndValues: x.map(queryKeyValue).whole, prefixKeysAndValues: prefix, heads: heads, layout: layout)
    }
    func apart(_ queries: Variable, _ keysAndValues: Variable, prefix: Variable? = nil) -> Variable {
      .attention(
        queries: queries, keysAndValues: keysAndValues, prefixKeysAndValues: prefix, heads: heads, layout: layout)
    }
    let (queries, keysAndValues) = ({ (queryRows ?? x).map(query).whole }, { x.map(keyValue).whole })
    let attended: Variable =
      switch prompt {
      case .residualStream where queryRows == nil: together(prefix: nil)
      case .residualStream: apart(queries(), keysAndValues())
      case .prefix(let prefix) where queryRows == nil: together(prefix: prefix)
      case .prefix(let prefix): apart(queries(), keysAndValues(), prefix: prefix)
      case .inserted(let own, let places): apart(queries(), .rows(of: [keysAndValues(), own], places))
      // Of the rows that are read none is a prompt row.
      case .learned(let own?, let ownKeysAndValues, let places) where queryRows == nil:
        apart(.rows(of: [queries(), own], places), .rows(of: [keysAndValues(), ownKeysAndValues], places))
      case .learned(_, let own, let places): apart(queries(), .rows(of: [keysAndValues(), own], places))
      }
    return output(attended, addedTo: residual)
  }
}
