import Basics

/// The paired permutation test of "the two methods do not differ": under it each pair's difference could as well have had the
/// other sign.
///
/// The statistic is |mean over tasks of the mean over seeds of the differences|; the p value is the share of the
/// assignments of signs, the observed one among them, for which it is at least as large (two-sided). With n pairs no p value
/// is below 2 / 2ⁿ: five pairs cannot reach 0.05.
public struct SignFlipTest: Codable, Equatable, Sendable {
  /// The observed mean over tasks of the mean over seeds of the differences.
  public let meanDifference: Double
  /// The p value.
  public let pValue: Double
  /// How many pairs have been tested.
  public let pairs: Int
  /// Whether all 2ⁿ assignments were counted; else they were drawn.
  public let isExact: Bool

  /// The most pairs with which all assignments are counted.
  public static let exactLimit = 20

  /// Tests differences a − b.
  ///
  /// - Parameters:
  ///   - differences: For each task the differences of the seeds, of mean accuracies over the test images for instance.
  ///   - stream: Where signs are drawn from with more than ``exactLimit`` pairs; then p = (c + 1) / (draws + 1) with c the
  ///     draws that are at least as large as what was observed (Phipson and Smyth 2010).
  ///   - draws: How many assignments are drawn.
  /// - Throws: ``Failure`` if there is no task, a task without differences, or one that is not finite.
  public init(_ differences: [[Double]], stream: RandomStream, draws: Int = 20_000) throws {
    Basics.require(draws > 0, "a test needs draws")
    guard !differences.isEmpty else { throw Failure("a permutation test needs differences") }
    for task in differences { try CheckedNumbers.require(task, "a permutation test") }
    let terms = differences.flatMap { task in task.map { $0 / Double(task.count * differences.count) } }
    pairs = terms.count
    meanDifference = terms.reduce(0, +)
    // Sums that are equal but for the order of the additions count as equal.
    let threshold = abs(meanDifference) - 1e-12 * terms.reduce(0) { $0 + abs($1) }
    isExact = terms.count <= Self.exactLimit
    if isExact {
      let half = terms.count / 2
      let (left, right) = (Self.signedSums(terms[..<half]), Self.signedSums(terms[half...]))
      let extreme = left.reduce(0) { count, sum in count + right.count { abs(sum + $0) >= threshold } }
      pValue = Double(extreme) / Double(left.count * right.count)
    } else {
      var stream = stream
      var extreme = 0
      for _ in 0..<draws {
        var sum = 0.0
        var bits: UInt64 = 0
        for (index, term) in terms.enumerated() {
          if index % 64 == 0 { bits = stream.next() }
          sum += bits & 1 == 0 ? term : -term
          bits >>= 1
        }
        if abs(sum) >= threshold { extreme += 1 }
      }
      pValue = Double(extreme + 1) / Double(draws + 1)
    }
  }

  /// The sums of the terms under all assignments of signs.
  private static func signedSums(_ terms: ArraySlice<Double>) -> [Double] {
    terms.reduce([0]) { sums, term in sums.map { $0 + term } + sums.map { $0 - term } }
  }
}
