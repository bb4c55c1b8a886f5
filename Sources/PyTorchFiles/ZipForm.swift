import CZlib

/// The records of a zip archive (PKWARE's APPNOTE.TXT, sections 4.3.6 to 4.3.16).
enum ZipForm {
  /// Before each file.
  static let localHeader: UInt32 = 0x0403_4B50
  static let localHeaderSize = 30
  /// In the directory, for each file.
  static let directoryEntry: UInt32 = 0x0201_4B50
  /// Behind the directory.
  static let end: UInt32 = 0x0605_4B50
  static let endSize = 22
  /// Behind the directory of a zip64 archive.
  static let largeEnd: UInt32 = 0x0606_4B50
  static let largeEndSize = 56
  /// Where that is.
  static let locator: UInt32 = 0x0706_4B50
  static let locatorSize = 20
  /// The extra field that holds what does not fit into 32 bits.
  private static let largeField: UInt16 = 1

  /// A number as it is stored.
  static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The CRC-32 of bytes.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: Bytef.self), bytes.count))
  }

  /// The numbers of 64 bits in an entry's extra fields.
  static func largeNumbers(in extra: [UInt8], origin: String) throws -> [UInt64] {
    var cursor = ByteCursor(extra, origin: "\(origin), extra fields")
    // Programs pad them with a few bytes that are no field.
    while extra.count - cursor.position >= 4 {
      let (kind, size) = (try cursor.integer(UInt16.self), Int(try cursor.integer(UInt16.self)))
      guard kind == largeField else {
        try cursor.skip(size)
        continue
      }
      return try (0..<size / 8).map { _ in try cursor.integer(UInt64.self) }
    }
    return []
  }
}
