/// The name of a tensor that a structure learns, declared once: what `initialParameters` gives it is what `prompts` reads.
///
/// ```swift
/// static let context = LearnedTensor("context")                                    // one tensor
/// static func text(_ layer: Int) -> LearnedTensor { LearnedTensor("text.\(layer)") }  // one for each layer
/// ```
public struct LearnedTensor: Hashable, Sendable, CustomStringConvertible {
  /// The name in files, as in `text.0`.
  public let name: String

  /// A tensor of a name.
  public init(_ name: String) { self.name = name }

  /// The name.
  public var description: String { name }
}
