import Basics

/// λ, the weight of the distillation term beside the hard-label loss: 0 is hard labels alone, infinity the distillation term
/// alone.
public struct DistillationWeight: Hashable, Sendable, CustomStringConvertible {
  /// As it was typed: `0.3`, `1e2`, `inf`.
  public let text: String
  /// The number, in [0, ∞].
  public let value: Double

  /// Reads a number from 0 or `inf`.
  ///
  /// - Throws: a usage ``Failure`` for anything else.
  public init(_ text: String) throws {
    let value = text == "∞" ? Double.infinity : Double(text)
    guard let value, value >= 0 else {
      throw Failure.usage("\(Spelling.quoted(text)) is no weight λ: it is a number from 0, or inf")
    }
    self.text = text
    self.value = value
  }

  public var description: String { text }

  /// A list separated by commas, in ascending order.
  ///
  /// - Throws: a usage ``Failure`` for an empty list, one that does not ascend, or an element that is no weight.
  public static func list(_ text: String) throws -> [DistillationWeight] {
    let elements = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
    guard elements != [""] else { throw Failure.usage("the list of λ is empty; write one as 0,0.1,1,10,inf") }
    let weights = try elements.map { try DistillationWeight(String($0)) }
    for (first, second) in zip(weights, weights.dropFirst()) where first.value >= second.value {
      throw Failure.usage("λ must ascend, and \(second) comes after \(first)")
    }
    return weights
  }
}

extension DistillationWeight: Codable {
  /// As its text: JSON has no infinity.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  /// From its text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let weight = try? DistillationWeight(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no weight")
    }
    self = weight
  }
}
