import Tensors

extension ParameterSet: Codable {
  private struct Numbers: Codable {
    let shape: [Int]
    let values: [Float]
  }

  /// By name, each with its shape and its numbers in row order.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      Dictionary(
        uniqueKeysWithValues: names.map { name in
          (name, Numbers(shape: self[name]!.shape, values: self[name]!.elements))
        }))
  }

  /// What ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let numbers = try container.decode([String: Numbers].self)
    guard numbers.values.allSatisfy({ $0.shape.reduce(1, *) == $0.values.count && $0.shape.allSatisfy { $0 > 0 } })
    else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a shape is not that of its values")
    }
    self.init(numbers.mapValues { Tensor(shape: $0.shape, $0.values) })
  }
}
