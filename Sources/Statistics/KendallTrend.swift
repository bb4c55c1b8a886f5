import Basics
import CGSL

/// Whether one quantity rises or falls with another: Kendall's tau-b (1945), with the p value of the permutation test.
public struct KendallTrend: Codable, Equatable, Sendable {
  /// τ_b = (concordant − discordant pairs) / √((pairs without a tie in x)(pairs without a tie in y)), in [−1, 1].
  public let tau: Double
  /// The share of the permutations of y, the observed order among them, with |τ_b| at least as large: two-sided. With n points
  /// it is never below 2 / n!: four cannot reach 0.05.
  public let pValue: Double
  /// How many points.
  public let count: Int
  /// Whether all permutations were counted; else they were drawn.
  public let isExact: Bool

  /// The most points with which all permutations are counted.
  public static let exactLimit = 8

  /// The trend of y with x.
  ///
  /// - Parameters:
  ///   - stream: Where permutations are drawn from with more than ``exactLimit`` points; then p = (c + 1) / (draws + 1) with c
  ///     the draws that are at least as extreme as what was observed (Phipson and Smyth 2010).
  ///   - draws: How many permutations are drawn.
  /// - Throws: ``Failure`` for fewer than 3 points, as many of both not being there, a value that is not finite, or equal values
  ///   only in x or in y.
  public init(of y: [Double], with x: [Double], stream: RandomStream, draws: Int = 20_000) throws {
    Basics.require(draws > 0, "a test needs draws")
    try CheckedNumbers.require(x, atLeast: 3, "a trend")
    try CheckedNumbers.require(y, atLeast: 3, "a trend")
    guard x.count == y.count else { throw Failure("a trend: \(x.count) and \(y.count) values") }
    let count = x.count
    let (xSigns, ySigns) = (Self.signs(x), Self.signs(y))
    let (xPairs, yPairs) = (xSigns.count { $0 != 0 } / 2, ySigns.count { $0 != 0 } / 2)
    guard xPairs > 0, yPairs > 0 else { throw Failure("a trend: all values are equal") }
    /// Concordant less discordant pairs of y in some order; the denominator is the same in all.
    func score(_ order: [Int]) -> Int {
      var sum = 0
      for i in 1..<count {
        for j in 0..<i { sum += xSigns[i * count + j] * ySigns[order[i] * count + order[j]] }
      }
      return sum
    }
    var order = Array(0..<count)
    let observed = score(order)
    tau = Double(observed) / (Double(xPairs) * Double(yPairs)).squareRoot()
    self.count = count
    isExact = count <= Self.exactLimit
    if isExact {
      let permutation = gsl_permutation_calloc(count)!
      defer { gsl_permutation_free(permutation) }
      var (extreme, all) = (0, 0)
      repeat {
        for index in 0..<count { order[index] = gsl_permutation_get(permutation, index) }
        all += 1
        if abs(score(order)) >= abs(observed) { extreme += 1 }
      } while gsl_permutation_next(permutation) == Int32(GSL_SUCCESS)
      pValue = Double(extreme) / Double(all)
    } else {
      var stream = stream
      var extreme = 0
      for _ in 0..<draws {
        // Fisher and Yates; the order that is shuffled may be any.
        for index in (1..<count).reversed() { order.swapAt(index, stream.below(index + 1)) }
        if abs(score(order)) >= abs(observed) { extreme += 1 }
      }
      pValue = Double(extreme + 1) / Double(draws + 1)
    }
  }

  /// The sign of values[i] − values[j] at i · count + j.
  private static func signs(_ values: [Double]) -> [Int] {
    values.flatMap { a in values.map { b in a > b ? 1 : a < b ? -1 : 0 } }
  }
}
