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

  /// The attention that each query row pays to prompts: the sum of its weights on their keys, mean over heads.
  ///
  /// The attention of values that are 1 in prompt rows and 0 in others.
  ///
  /// - Parameters:
  ///   - x: Normalised rows, `[rows, width]`, all of which have a query.
  ///   - promptRows: The rows of prompts among all rows.
  func attentionToPrompts(
    _ x: AssembledRows, _ prompt: PromptAttention, layout: AttentionLayout, promptRows: [Int]
  ) -> [Double] {
    let own = x.map(keyValue).whole
    let queries = x.map(query).whole
    let marked: Variable
    var prefix: Variable?
    switch prompt {
    case .residualStream: marked = Self.marking(own, promptRows)
    case .inserted(let learned, let places), .learned(_, let learned, let places):
      marked = Self.marking(.rows(of: [own, learned], places), promptRows)
    case .prefix(let learned):
      marked = Self.marking(own, [])
      prefix = Self.marking(learned, Array(0..<learned.value.rows))
    }
    let shares = Variable.attention(
      queries: queries, keysAndValues: marked, prefixKeysAndValues: prefix, heads: heads, layout: layout
    ).value
    let (width, elements) = (shares.columns, shares.elements)
    // Every column of a head has the head's sum.
    return (0..<shares.rows).map { row in
      elements[row * width..<(row + 1) * width].reduce(0) { $0 + Double($1) } / Double(width)
    }
  }

  /// Keys as they are, with values that are 1 in some rows and 0 in others.
  private static func marking(_ keysAndValues: Variable, _ rows: [Int]) -> Variable {
    let (all, columns) = (keysAndValues.value, keysAndValues.value.columns)
    var elements = all.elements
    let rows = Set(rows)
    for row in 0..<all.rows {
      let value: Float = rows.contains(row) ? 1 : 0
      for column in columns / 2..<columns { elements[row * columns + column] = value }
    }
    return Variable(Tensor(shape: all.shape, elements))
  }
}
