import Basics

/// Learns merges in CLIP's form from texts: byte-pair encoding of words that end in `</w>`.
public enum MergesLearner {
  /// At most `count` merges learned from `texts`, in the letters of CLIP's files.
  ///
  /// The texts are cleaned and cut into words as ``BytePairTokenizer/encode(_:)`` does. Each merge joins the pair of
  /// symbols that occurs most often; of equals, the one whose symbols come first in the vocabulary, left before right,
  /// so that the order of the texts does not matter. Ends early when no pair occurs twice. Every merge looks at all
  /// different words again: meant for small vocabularies.
  public static func learnMerges(from texts: [String], count: Int) -> [(String, String)] {
    var words = countedWords(texts)
    var symbols = Symbol.alphabet
    var numbers = Dictionary(uniqueKeysWithValues: zip(symbols, symbols.indices))
    for index in words.indices {
      words[index].pieces = words[index].symbols.compactMap { numbers[$0] }
    }

    var merges: [(String, String)] = []
    while merges.count < count {
      var occurrences: [Pair: Int] = [:]
      for word in words {
        for (left, right) in zip(word.pieces, word.pieces.dropFirst()) {
          occurrences[Pair(left: left, right: right), default: 0] += word.count
        }
      }
      let best = occurrences.max { a, b in a.value < b.value || (a.value == b.value && b.key < a.key) }
      guard let best, best.value >= 2 else { break }
      let (left, right) = (symbols[best.key.left], symbols[best.key.right])
      guard let merged = Symbol.merged(left, right) else { break }
      merges.append((left.letters, right.letters))
      symbols.append(merged)
      // Two pairs may make the same symbol; the later number is the one it has in the vocabulary.
      let number = symbols.count - 1
      let former = numbers.updateValue(number, forKey: merged)
      for index in words.indices {
        words[index].merge(best.key, into: number)
        if let former { words[index].rename(former, to: number) }
      }
    }
    return merges
  }

  /// Writes `merges` to `path` as text in CLIP's form; the file is whole or not there.
  ///
  /// - Throws: `Failure` when a symbol is not of CLIP's alphabet, or the file cannot be written.
  public static func write(merges: [(String, String)], to path: String) throws {
    try MergesFile.write(symbols(merges), to: path)
  }

  /// The symbols of merges in the letters of CLIP's files.
  static func symbols(_ merges: [(String, String)]) throws -> [(left: Symbol, right: Symbol)] {
    try merges.enumerated().map { index, merge in
      guard let left = Symbol(letters: merge.0.unicodeScalars), let right = Symbol(letters: merge.1.unicodeScalars)
      else {
        throw Failure(
          "merge \(index + 1), \(merge.0.debugDescription) and \(merge.1.debugDescription),"
            + " is not two symbols of CLIP's alphabet")
      }
      return (left, right)
    }
  }

  private struct Pair: Hashable, Comparable {
    let left: Int
    let right: Int

    static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
  }

  /// A word, how often the texts have it, and the numbers of the symbols that it is made of so far.
  private struct CountedWord {
    let symbols: [Symbol]
    let count: Int
    var pieces: [Int] = []

    mutating func merge(_ pair: Pair, into number: Int) {
      guard pieces.contains(pair.left) else { return }
      var merged: [Int] = []
      var index = 0
      while index < pieces.count {
        if index + 1 < pieces.count, pieces[index] == pair.left, pieces[index + 1] == pair.right {
          merged.append(number)
          index += 2
        } else {
          merged.append(pieces[index])
          index += 1
        }
      }
      pieces = merged
    }

    mutating func rename(_ former: Int, to number: Int) {
      for index in pieces.indices where pieces[index] == former { pieces[index] = number }
    }
  }

  private static func countedWords(_ texts: [String]) -> [CountedWord] {
    var counts: [[UInt8]: Int] = [:]
    for text in texts {
      for word in WordScanner.words(in: TextCleaning.clean(text)) where !SpecialTokens.utf8.contains(word) {
        counts[word, default: 0] += 1
      }
    }
    return counts.map { word, count in
      let symbols = word.enumerated().map { Symbol(bytes: [$1], endsWord: $0 == word.count - 1) }
      return CountedWord(symbols: symbols, count: count)
    }
  }
}
