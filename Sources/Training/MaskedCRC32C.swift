/// The checksum of TensorFlow's record files: CRC-32C (Castagnoli's polynomial), rotated right by 15 bits, plus 0xa282ead8, so that
/// a checksum of data that contain checksums says something.
enum MaskedCRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
  }

  /// The checksum of some bytes.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    let crc = ~bytes.reduce(UInt32.max) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    return (crc >> 15 | crc << 17) &+ 0xa282_ead8
  }
}
