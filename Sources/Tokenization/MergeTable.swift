/// Merges in order of their ranks, ready to be applied: the algorithm of CLIP's `simple_tokenizer.bpe`.
struct MergeTable: Sendable {
  /// Number of tokens: the alphabet's 512 and one for each merge.
  var count: Int { texts.count }

  /// What each token reads as, with a space where a word ends.
  let texts: [[UInt8]]

  private struct Pair: Hashable {
    let left: Int32
    let right: Int32
  }

  private struct Merge {
    let rank: Int32
    let token: Int32
  }

  private var merges: [Pair: Merge]
  private let tokenOfByte: [Int32]
  private let tokenOfLastByte: [Int32]

  /// The table of `pairs`; a pair or a symbol that comes twice counts where it comes last, as in CLIP's dictionaries.
  init(_ pairs: [(left: Symbol, right: Symbol)]) {
    var tokens: [Symbol: Int32] = [:]
    tokens.reserveCapacity(Symbol.alphabet.count + pairs.count)
    var texts = Symbol.alphabet.map(\.text)
    for (token, symbol) in Symbol.alphabet.enumerated() { tokens[symbol] = Int32(token) }
    for (left, right) in pairs {
      if let symbol = Symbol.merged(left, right) { tokens[symbol] = Int32(texts.count) }
      texts.append(left.text + right.text)
    }
    merges = [:]
    merges.reserveCapacity(pairs.count)
    for (rank, (left, right)) in pairs.enumerated() {
      // A pair of symbols that nothing makes never occurs.
      guard let merged = Symbol.merged(left, right), let token = tokens[merged],
        let leftToken = tokens[left], let rightToken = tokens[right]
      else { continue }
      merges[Pair(left: leftToken, right: rightToken)] = Merge(rank: Int32(rank), token: token)
    }
    self.texts = texts
    tokenOfByte = (0...255).map { tokens[Symbol(bytes: [$0], endsWord: false)] ?? 0 }
    tokenOfLastByte = (0...255).map { tokens[Symbol(bytes: [$0], endsWord: true)] ?? 0 }
  }

  /// The tokens of one word, given by its bytes (at least one).
  ///
  /// CLIP merges every occurrence of the pair of the lowest rank, from left to right, then looks again. A heap of pairs
  /// by rank and position does the same in O(n log n); pairs that a round makes are only looked at in the next round.
  func tokens(of word: [UInt8]) -> [Int] {
    let last = word.count - 1
    var tokens = word.map { tokenOfByte[Int($0)] }
    tokens[last] = tokenOfLastByte[Int(word[last])]
    // The pieces are a linked list; a piece stands at the position of its first byte. `word.count` is no position.
    var next = Array(1...word.count)
    var previous = Array(-1..<last)
    var gone = [Bool](repeating: false, count: word.count)

    func merge(at position: Int) -> Merge? {
      guard position >= 0, !gone[position], next[position] <= last else { return nil }
      return merges[Pair(left: tokens[position], right: tokens[next[position]])]
    }

    var heap = MinHeap<Candidate>()
    func consider(_ position: Int) {
      if let merge = merge(at: position) { heap.insert(Candidate(rank: merge.rank, position: position)) }
    }
    for position in 0..<last { consider(position) }

    var changed: [Int] = []
    while let round = heap.first?.rank {
      changed.removeAll(keepingCapacity: true)
      while let candidate = heap.first, candidate.rank == round {
        heap.removeFirst()
        let position = candidate.position
        // The pieces may have changed since the pair was found.
        guard let merge = merge(at: position), merge.rank == round else { continue }
        let right = next[position]
        tokens[position] = merge.token
        gone[right] = true
        next[position] = next[right]
        if next[right] <= last { previous[next[right]] = position }
        changed.append(position)
      }
      for position in changed {
        consider(previous[position])
        consider(position)
      }
    }
    return tokens.indices.filter { !gone[$0] }.map { Int(tokens[$0]) }
  }

  private struct Candidate: Comparable {
    let rank: Int32
    let position: Int

    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.rank, a.position) < (b.rank, b.position)
    }
  }
}
