import CXXHash
import Foundation

/// XXH3's 128-bit hash of bytes, as 32 hexadecimal digits: detects damage, not malice.
public enum Checksum {
  /// The hash of the bytes.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
    func hex(_ word: UInt64) -> String {
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    return hex(hash.high64) + hex(hash.low64)
  }

  /// The hash of the data's bytes.
  public static func of(_ data: Data) -> String {
    data.withUnsafeBytes { of($0) }
  }
}
