import Tensors

/// What a structure puts into one layer of one encoder, at its prompt rows.
///
/// All tensors are `[n, width]` where they are the same for all sequences, `[classes, n, width]` or `[images, n, width]` where
/// each has its own (see ``PromptScope``).
public enum LayerPrompt {
  /// Deep prompting: the prompt rows that leave the layer below, if there are any, are dropped, and these enter.
  case tokens(Variable)
  /// Nothing enters: the prompt rows that leave the layer below stay.
  case carried
  /// The prompt rows' keys and values, and their queries unless nil, are learned tensors of their own.
  ///
  /// Without `queries` these come from the prompt rows' residual stream. That enters as `tokens`, as in deep prompting, or,
  /// without them, continues from the layer below.
  case unshared(queries: Variable?, KeysAndValues, tokens: Variable?)
  /// The prompt rows are keys and values alone: other rows attend to them, and in this layer they have no residual stream.
  case keysAndValues(KeysAndValues)

  /// Learned keys and values of the prompt rows.
  public struct KeysAndValues {
    /// The keys.
    public var keys: Variable
    /// The values.
    public var values: Variable
    /// The space that they, and learned queries beside them, are in.
    public var space: Space

    /// Keys and values in a space.
    public init(keys: Variable, values: Variable, space: Space) {
      self.keys = keys
      self.values = values
      self.space = space
    }
  }

  /// The space of learned queries, keys and values.
  public enum Space: String, CaseIterable, Codable, Sendable {
    /// Rows that pass through the layer's `ln_1` and its frozen query, key and value maps. In layer 0 they are first treated
    /// as tokens are: positional embeddings are added in the text, `ln_pre` is applied in the image.
    case token
    /// The query, key and value rows themselves, before the split into heads.
    case projected
  }

  /// The rows that enter the residual stream, if there are any.
  public var tokens: Variable? {
    switch self {
    case .tokens(let tokens): tokens
    case .unshared(_, _, let tokens): tokens
    case .carried, .keysAndValues: nil
    }
  }

  /// All tensors, in one order.
  public var variables: [Variable] {
    switch self {
    case .tokens(let tokens): [tokens]
    case .carried: []
    case .unshared(let queries, let own, let tokens): [queries, own.keys, own.values, tokens].compactMap { $0 }
    case .keysAndValues(let own): [own.keys, own.values]
    }
  }

  /// The same with every tensor changed, in the order of ``variables``.
  func mapping(_ transform: (Variable) -> Variable) -> LayerPrompt {
    mapping(tokens: transform, attention: transform)
  }

  /// The same with learned queries, keys and values changed where they are rows of the residual stream's space.
  func mappingAttentionTokens(_ transform: (Variable) -> Variable) -> LayerPrompt {
    mapping(tokens: { $0 }, attention: { space == .token ? transform($0) : $0 })
  }

  private var space: Space? {
    switch self {
    case .unshared(_, let own, _), .keysAndValues(let own): own.space
    case .tokens, .carried: nil
    }
  }

  private func mapping(tokens: (Variable) -> Variable, attention: (Variable) -> Variable) -> LayerPrompt {
    func mapped(_ own: KeysAndValues) -> KeysAndValues {
      KeysAndValues(keys: attention(own.keys), values: attention(own.values), space: own.space)
    }
    return switch self {
    case .tokens(let rows): .tokens(tokens(rows))
    case .carried: .carried
    case .unshared(let queries, let own, let rows):
      .unshared(queries: queries.map(attention), mapped(own), tokens: rows.map(tokens))
    case .keysAndValues(let own): .keysAndValues(mapped(own))
    }
  }
}

extension [LayerPrompt] {
  /// All tensors, in one order.
  var variables: [Variable] { flatMap(\.variables) }

  /// The shape of the tensors, which all have the same; nil where there is none.
  public var shape: [Int]? { variables.first?.shape }

  /// Prompt rows of each sequence; 0 where there are none.
  public var length: Int { shape.map { $0.count > 1 ? $0[$0.count - 2] : 0 } ?? 0 }

  /// The same with other tensors in the place of ``variables``.
  func replacing(variables: [Variable]) -> [LayerPrompt] {
    var next = variables.makeIterator()
    return map { $0.mapping { next.next() ?? $0 } }
  }

  /// The prompts of some of the sequences that each have their own.
  func ofSequences(_ range: Range<Int>) -> [LayerPrompt] {
    map { prompt in
      prompt.mapping { all in
        let length = all.shape[1]
        return all.reshaped([all.value.rows, all.value.columns])
          .rows(range.lowerBound * length..<range.upperBound * length)
          .reshaped([range.count, length, all.value.columns])
      }
    }
  }

  /// The same prompts without a residual stream where the next layer's tokens replace what leaves the layer: there nothing
  /// but their keys and values is read. Computes the same in full attention.
  var withoutUnreadRows: [LayerPrompt] {
    indices.map { layer in
      guard case .tokens(let tokens) = self[layer], layer + 1 < count, self[layer + 1].tokens != nil else {
        return self[layer]
      }
      return .keysAndValues(.init(keys: tokens, values: tokens, space: .token))
    }
  }
}
