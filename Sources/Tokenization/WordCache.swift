import Synchronization

/// The tokens of words met before: class names and templates repeat a few words many times.
final class WordCache: Sendable {
  private let tokens = Mutex<[[UInt8]: [Int]]>([:])

  // Bounds, so that a long list of odd texts does not fill the memory.
  private static let longestWord = 64
  private static let mostWords = 1 << 16

  /// The tokens of `word`, computed by `encode` when they are not known.
  func tokens(of word: [UInt8], encode: ([UInt8]) -> [Int]) -> [Int] {
    guard word.count <= Self.longestWord else { return encode(word) }
    if let known = tokens.withLock({ $0[word] }) { return known }
    let new = encode(word)
    tokens.withLock { if $0.count < Self.mostWords { $0[word] = new } }
    return new
  }
}
