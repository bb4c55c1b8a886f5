/// A message in Protocol Buffers' wire format: fields one after another, each a key (field number · 8 + wire type) and a value.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  /// A field of the types int32, int64, uint32, uint64, bool or enum.
  mutating func add(_ field: UInt64, integer: UInt64) {
    add(varint: field << 3)
    add(varint: integer)
  }

  /// A field of the type double.
  mutating func add(_ field: UInt64, double: Double) {
    add(varint: field << 3 | 1)
    bytes += LittleEndian.bytes(double.bitPattern)
  }

  /// A field of the type float.
  mutating func add(_ field: UInt64, float: Float) {
    add(varint: field << 3 | 5)
    bytes += LittleEndian.bytes(float.bitPattern)
  }

  /// A field of the type string.
  mutating func add(_ field: UInt64, text: String) { add(field, delimited: Array(text.utf8)) }

  /// A field that is a message.
  mutating func add(_ field: UInt64, message: ProtobufMessage) { add(field, delimited: message.bytes) }

  private mutating func add(_ field: UInt64, delimited content: [UInt8]) {
    add(varint: field << 3 | 2)
    add(varint: UInt64(content.count))
    bytes += content
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  private mutating func add(varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
