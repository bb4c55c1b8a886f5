/// What the header of a safetensors file says of one tensor, checked against the file.
public struct TensorInfo: Equatable, Sendable {
  /// How the elements are stored.
  public let dtype: DType
  /// The extents, slowest first; none for a scalar.
  public let shape: [Int]
  /// The tensor's bytes, counted from the first byte after the header.
  public let byteRange: Range<Int>

  /// The number of elements.
  public var count: Int { byteRange.count / dtype.size }
}
