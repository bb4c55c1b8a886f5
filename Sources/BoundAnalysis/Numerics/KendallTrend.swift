/// Whether one quantity rises or falls with another: Kendall's tau-b (1945), with the p value of the permutation test.
public struct KendallTrend: Codable, Equatable, Sendable {
  /// τ_b = (concordant − discordant pairs) / √((pairs without a tie in x)(pairs without a tie in y)), in [−1, 1].
  public let tau: Double
  /// The share of the permutations of y, the observed order among them, with |τ_b| at least as large: two-sided.
  public let pValue: Double
  /// How many points.
  public let count: Int
  /// Whether all permutations were counted; else they were drawn.
  public let isExact: Bool
}
