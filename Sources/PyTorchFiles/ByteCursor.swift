import Basics

/// Reads numbers and pieces from bytes one after the other, and never beyond their end.
struct ByteCursor {
  let bytes: [UInt8]
  /// What the bytes are, for messages: the path, and which part of the file.
  let origin: String
  var position = 0

  init(_ bytes: [UInt8], origin: String) {
    self.bytes = bytes
    self.origin = origin
  }

  /// A number as it is stored, little-endian.
  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
    let size = MemoryLayout<Number>.size
    let start = position
    try skip(size)
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Number.self))
    }
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    let start = position
    try skip(count)
    return bytes[start..<position]
  }

  /// The bytes up to a line break, which is skipped.
  mutating func line() throws -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw failure("a line that does not end")
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  mutating func skip(_ count: Int) throws {
    guard count >= 0, count <= bytes.count - position else {
      throw failure("it ends within what should have \(count) bytes more (truncated?)")
    }
    position += count
  }

  func failure(_ what: String) -> Failure {
    Failure("\(origin): damaged, at its byte \(position): \(what)")
  }
}
