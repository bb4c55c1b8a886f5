import CXXHash

/// XXH3's 128-bit hash of bytes as a value, by which caches tell contents apart.
public struct ContentHash: Hashable, Sendable {
  /// The upper half.
  public let high: UInt64
  /// The lower half.
  public let low: UInt64

  /// A hash that was stored in two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The hash of the bytes; another one for each seed.
  public init(of bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) {
    let hash = XXH3_128bits_withSeed(bytes.baseAddress, bytes.count, seed)
    self.init(high: hash.high64, low: hash.low64)
  }

  /// The hash of the elements' bytes.
  public init<Element: BitwiseCopyable>(of elements: [Element]) {
    self = elements.withUnsafeBytes { ContentHash(of: $0) }
  }

  /// The hash of the text's UTF-8.
  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// 32 hexadecimal digits, the upper half first.
  public var digits: String {
    func hex(_ word: UInt64) -> String {
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    return hex(high) + hex(low)
  }
}
