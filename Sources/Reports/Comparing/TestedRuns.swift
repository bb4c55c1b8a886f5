import Basics
import Experiments
import Statistics

/// What one method did in one setting of one task: for each seed the tests that its accuracy is made of, one, or base and
/// new for the harmonic mean.
struct TestedRuns: Sendable {
  let method: Method
  /// By seed; a reference has one entry, which stands beside every seed of another method.
  let runs: [UInt64: [TestedCell]]

  var isReference: Bool { method.kind == .reference }

  /// Whether all runs were tested on the same images in the same order.
  var hasSameImages: Bool { Set(runs.values.map { $0.map(\.record.images) }).count == 1 }

  /// The digests of the test images.
  var images: [String] { runs.values.first!.map(\.record.images) }

  /// How many test images there are.
  var imageCount: Int { runs.values.first!.reduce(0) { $0 + $1.record.isCorrect.count } }

  /// The seeds that can be paired with another method's; nil where neither depends on a seed.
  func commonSeeds(with other: TestedRuns) -> [UInt64]? {
    switch (isReference, other.isReference) {
    case (true, true): nil
    case (true, false): other.runs.keys.sorted()
    case (false, true): runs.keys.sorted()
    case (false, false): runs.keys.filter { other.runs[$0] != nil }.sorted()
    }
  }

  /// Correctness of each group of classes with the given seeds; nil for all seeds of its own.
  func correctness(_ seeds: [UInt64]?) throws -> [Correctness] {
    let rows =
      isReference
      ? Array(repeating: runs.values.first!, count: seeds?.count ?? 1) : (seeds ?? runs.keys.sorted()).map { runs[$0]! }
    return try rows[0].indices.map { group in try Correctness(rows.map { $0[group].record.isCorrect }) }
  }
}
