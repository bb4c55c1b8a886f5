/// A tensor to be written to a safetensors file.
public struct SafeTensorsEntry: Sendable {
  /// A tensor's elements in row-major order.
  enum Elements: Sendable {
    case floats([Float])
    case int32s([Int32])
    case bytes([UInt8])

    var count: Int {
      switch self {
      case .floats(let values): values.count
      case .int32s(let values): values.count
      case .bytes(let values): values.count
      }
    }
  }

  /// The tensor's name, neither empty nor `__metadata__`.
  public let name: String
  /// The extents, slowest first; none for a scalar. Their product is the number of elements.
  public let shape: [Int]
  /// How the elements are stored.
  public let dtype: DType
  let elements: Elements

  /// Floating-point numbers, stored as F32 or rounded to the nearest F16 or BF16 (ties to even; what is beyond the
  /// largest F16, 65504, becomes infinite).
  public init(_ name: String, shape: [Int], floats: [Float], dtype: DType = .float32) {
    self.name = name
    self.shape = shape
    self.dtype = dtype
    self.elements = .floats(floats)
  }

  /// Integers, stored as I32.
  public init(_ name: String, shape: [Int], integers: [Int32]) {
    self.name = name
    self.shape = shape
    self.dtype = .int32
    self.elements = .int32s(integers)
  }

  /// Bytes, stored as U8.
  public init(_ name: String, shape: [Int], bytes: [UInt8]) {
    self.name = name
    self.shape = shape
    self.dtype = .uint8
    self.elements = .bytes(bytes)
  }
}
