import Tensors

/// What a structure puts into one layer of one encoder, at its prompt rows.
///
/// All tensors are `[n, width]` where they are the same for all sequences, `[classes, n, width]` or `[images, n, width]` where
/// each has its own (see ``PromptScope``).
public struct LayerPrompt {
  /// Rows that take the place of the prompt rows' residual stream entering the layer. Without them the rows that leave the
  /// layer below run on, if there are any.
  public var tokens: Variable?
  /// Queries, keys and values of the prompt rows in this layer, where these do not come from the residual stream.
  public var attention: AttentionPrompt?

  /// What enters one layer.
  public init(tokens: Variable? = nil, attention: AttentionPrompt? = nil) {
    self.tokens = tokens
    self.attention = attention
  }

  /// The same with every tensor changed.
  func mapping(_ transform: (Variable) -> Variable) -> LayerPrompt {
    LayerPrompt(
      tokens: tokens.map(transform),
      attention: attention.map {
        AttentionPrompt(
          queries: $0.queries.map(transform), keys: transform($0.keys), values: transform($0.values), space: $0.space)
      })
  }

  /// Any of the tensors: all have the same shape.
  var shape: [Int]? { (tokens ?? attention?.keys)?.shape }
}

extension [LayerPrompt] {
  /// All tensors, in the order of ``LayerPrompt/mapping(_:)``.
  var variables: [Variable] {
    var all: [Variable] = []
    for prompt in self {
      _ = prompt.mapping {
        all.append($0)
        return $0
      }
    }
    return all
  }

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

  /// The same prompts without a residual stream where the next layer's tokens replace what leaves the layer: there they are
  /// keys and values only. Computes the same if all rows of a sequence see all others.
  var withoutUnreadRows: [LayerPrompt] {
    indices.map { layer in
      guard layer + 1 < count, self[layer + 1].tokens != nil, self[layer].attention == nil,
        let tokens = self[layer].tokens
      else { return self[layer] }
      return LayerPrompt(attention: AttentionPrompt(queries: nil, keys: tokens, values: tokens, space: .token))
    }
  }
}

/// Unshared queries, keys and values of prompt rows (RPP, SAPL).
public struct AttentionPrompt {
  /// What the tensors are.
  public enum Space: String, CaseIterable, Codable, Sendable {
    /// Rows that pass through the layer's `ln_1` and its frozen query, key and value maps. In layer 0 they are first treated
    /// as tokens are: positional embeddings are added in the text, `ln_pre` is applied in the image.
    case token
    /// The query, key and value rows themselves, before the split into heads.
    case projected
  }

  /// The prompt rows' queries; nil where they come from the residual stream, and where there is none because the prompt rows are
  /// keys and values only.
  public var queries: Variable?
  /// The prompt rows' keys.
  public var keys: Variable
  /// The prompt rows' values.
  public var values: Variable
  /// What the three are.
  public var space: Space

  /// Queries, keys and values in a space.
  public init(queries: Variable?, keys: Variable, values: Variable, space: Space) {
    self.queries = queries
    self.keys = keys
    self.values = values
    self.space = space
  }

  /// The same with every tensor that is a row of the residual stream's space changed.
  func mappingTokens(_ transform: (Variable) -> Variable) -> AttentionPrompt {
    guard space == .token else { return self }
    return AttentionPrompt(
      queries: queries.map(transform), keys: transform(keys), values: transform(values), space: space)
  }
}

/// Which sequences share prompts.
public enum PromptScope: String, Sendable, Codable {
  /// The same for all.
  case shared
  /// Each class has its own (class-specific contexts).
  case perClass
  /// Each image has its own (contexts that depend on the image's feature).
  case perImage
}
