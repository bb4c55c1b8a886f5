import Basics

extension Variable {
  /// The rows that the ranks of ``Ranks`` have, one rank's behind the other's: computed by each of them for its share.
  ///
  /// Gradients flow to the rows of this rank alone. What the ranks make of all rows is the same on each of them, so the gradients of
  /// what the rows were computed from are parts that sum, over the ranks, to those of one process.
  ///
  /// - Parameters:
  ///   - own: This rank's rows; nil if its share is empty.
  ///   - shares: The rows of each rank.
  ///   - columns: Of all of them.
  public static func gatheringRanks(_ own: Variable?, shares: [Range<Int>], columns: Int) -> Variable {
    let share = shares[Ranks.rank]
    require(
      own.map { $0.shape == [share.count, columns] } ?? share.isEmpty, "gatheringRanks: not the rows of this rank")
    let value = Tensor(shape: [shares.last?.upperBound ?? 0, columns]) { out in
      if let own {
        (out.baseAddress! + share.lowerBound * columns).update(from: own.value.pointer, count: own.value.count)
      }
      let size = columns * MemoryLayout<Float>.stride
      Ranks.group.gather(
        UnsafeMutableRawBufferPointer(out), parts: shares.map { $0.lowerBound * size..<$0.upperBound * size })
    }
    guard let own else { return Variable(value) }
    return .result(value, of: [own]) { [$0.rows(share)] }
  }
}
