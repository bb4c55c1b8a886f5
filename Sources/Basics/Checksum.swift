import Foundation

/// XXH3's 128-bit hash of bytes, as 32 hexadecimal digits: detects damage, not malice.
public enum Checksum {
  /// The hash of the bytes.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> String { ContentHash(of: bytes).digits }

  /// The hash of the data's bytes.
  public static func of(_ data: Data) -> String {
    data.withUnsafeBytes { of($0) }
  }
}
