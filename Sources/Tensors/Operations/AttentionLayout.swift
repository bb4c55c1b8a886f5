/// Which rows of packed matrices attend to which: sequences of any lengths one after the other, without padding.
///
/// A sequence may begin with a *prefix* that others share (the start token and prompts that are the same for all classes):
/// its keys and values stand in the matrix once.
public struct AttentionLayout: Sendable, Equatable {
  /// One sequence.
  public struct Sequence: Sendable, Equatable {
    /// Its query rows; may be only some of the sequence (in a last layer, the one that is read), or none.
    public var queries: Range<Int>
    /// Its own key and value rows.
    public var keys: Range<Int>
    /// The key and value rows before its own, which other sequences may share; of the same matrix, or of one for prefixes.
    public var prefix: Range<Int>
    /// Position of the first query row among `keys`; matters in causal attention only.
    public var firstPosition: Int

    /// A sequence of all its own rows, or of the queries that begin at `firstPosition`.
    public init(queries: Range<Int>, keys: Range<Int>, prefix: Range<Int> = 0..<0, firstPosition: Int = 0) {
      self.queries = queries
      self.keys = keys
      self.prefix = prefix
      self.firstPosition = firstPosition
    }

    /// How many key rows, first the prefix's and then its own, the query row at `index` attends to.
    public func visible(at index: Int, causal: Bool) -> Int {
      prefix.count + (causal ? min(firstPosition + index + 1, keys.count) : keys.count)
    }
  }

  /// The sequences, whose query rows are disjoint and together cover the query matrix.
  public var sequences: [Sequence]
  /// Whether a row attends only to itself and to rows before it (text), or to its whole sequence (vision).
  public var isCausal: Bool

  /// A layout of the given sequences.
  public init(_ sequences: [Sequence], isCausal: Bool) {
    self.sequences = sequences
    self.isCausal = isCausal
  }

  var queryCount: Int { sequences.reduce(0) { $0 + $1.queries.count } }
  var keyCount: Int { sequences.reduce(0) { max($0, $1.keys.upperBound) } }

  /// Whether the query rows are exactly those of the sequences, and no key row is two sequences' own: otherwise pieces
  /// of the work would write to the same memory, or leave some unwritten.
  func fits(queries: Int, keys: Int, prefixKeys: Int) -> Bool {
    func areDisjoint(_ ranges: [Range<Int>]) -> Bool {
      let sorted = ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
      return zip(sorted, sorted.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
    }
    func isWithin(_ range: Range<Int>, _ count: Int) -> Bool { range.lowerBound >= 0 && range.upperBound <= count }
    return queryCount == queries
      && sequences.allSatisfy {
        isWithin($0.queries, queries) && isWithin($0.keys, keys) && isWithin($0.prefix, prefixKeys)
          && $0.firstPosition >= 0
      } && areDisjoint(sequences.map(\.queries)) && areDisjoint(sequences.map(\.keys))
  }

  /// Query rows in a group, at least, before another one begins: enough for an efficient product, few enough for its scores
  /// to stay in the cache.
  private static let groupRows = 256

  /// Ranges of sequences with the same prefix whose query rows follow each other, so that one product serves all of them;
  /// a sequence without a prefix is alone.
  var groups: [Range<Int>] {
    var groups: [Range<Int>] = []
    var rows = 0
    for (index, sequence) in sequences.enumerated() {
      if index > 0, !sequence.prefix.isEmpty, sequence.prefix == sequences[index - 1].prefix,
        sequence.queries.lowerBound == sequences[index - 1].queries.upperBound, rows < Self.groupRows
      {
        groups[groups.count - 1] = groups[groups.count - 1].lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
        rows = 0
      }
      rows += sequence.queries.count
    }
    return groups
  }

  /// Ranges of groups and heads that can be worked on at once: different pieces write to different memory, in the
  /// backward pass too, where the keys of a shared prefix collect gradients from many sequences.
  func pieces(groups count: Int, heads: Int) -> [(groups: Range<Int>, heads: Range<Int>)] {
    let pieces = min(16, count)
    guard pieces > 1, sequences.allSatisfy(\.prefix.isEmpty) else {
      return (0..<heads).map { (0..<count, $0..<$0 + 1) }
    }
    return (0..<pieces).map { (count * $0 / pieces..<count * ($0 + 1) / pieces, 0..<heads) }
  }
}
