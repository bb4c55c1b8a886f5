/// How a safetensors file stores the elements of a tensor; the raw value is the format's own name. All little-endian.
public enum DType: String, CaseIterable, Sendable {
  /// IEEE 754 double precision.
  case float64 = "F64"
  /// IEEE 754 single precision.
  case float32 = "F32"
  /// IEEE 754 half precision.
  case float16 = "F16"
  /// The upper 16 bits of single precision.
  case bfloat16 = "BF16"
  /// Signed, 8 bytes.
  case int64 = "I64"
  /// Signed, 4 bytes.
  case int32 = "I32"
  /// Signed, 2 bytes.
  case int16 = "I16"
  /// Signed, 1 byte.
  case int8 = "I8"
  /// Unsigned, 8 bytes.
  case uint64 = "U64"
  /// Unsigned, 4 bytes.
  case uint32 = "U32"
  /// Unsigned, 2 bytes.
  case uint16 = "U16"
  /// Unsigned, 1 byte.
  case uint8 = "U8"
  /// One byte, 0 or 1.
  case bool = "BOOL"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }
}
