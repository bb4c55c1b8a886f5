import Statistics

/// What the budget, which is part of Θ*'s definition, does at one λ and N: means over the draws that were trained with every
/// budget, localised or not.
public struct BudgetEffect: Equatable, Sendable {
  /// N.
  public let size: Int
  /// λ.
  public let weight: DistillationWeight
  /// How many evaluations were allowed.
  public let budget: Int
  /// Whether it is the budget that everything else was estimated with.
  public let isMain: Bool
  /// How many draws.
  public let draws: Int
  /// In how many of them F(Θ*) ≤ F(Θ_T).
  public let localised: Int
  /// The mean gap.
  public let gap: Double
  /// The mean training loss.
  public let trainingLoss: Double
  /// The mean held-out loss.
  public let heldOutLoss: Double
  /// The mean gap less that with the main budget on the same draws, with Student's interval; nil for the main budget itself
  /// and for fewer than 2 draws.
  public let gapChange: Estimate?
  /// The same of the held-out loss.
  public let heldOutChange: Estimate?
}
