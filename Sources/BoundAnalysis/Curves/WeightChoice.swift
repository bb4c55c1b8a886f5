import Statistics

/// Which λ the held-out loss and the bound choose, and what it costs to choose by the bound. For the bound the source's X*.
public struct WeightChoice: Equatable, Sendable {
  /// The minimum of the mean held-out loss.
  public let byHeldOut: CurveMinimum
  /// The minimum of the mean of ℓ_N + bound.
  public let byBound: CurveMinimum
  /// mean_d [heldOutLoss_d at draw d's choice − min_λ heldOutLoss_d(λ)], with its bootstrap interval over draws: draw d chooses
  /// the λ of the list with the smallest trainingLoss_d + `form.bound(c_d, B)`, knowing nothing of the pool; the oracle knows
  /// the pool. Only λ with a bound, and draws that are localised at all of these.
  public let cost: Estimate
  /// mean_d [heldOutLoss_d(0 or the smallest λ) − min_λ heldOutLoss_d(λ)]: the cost of not distilling, to compare with.
  public let costOfSmallest: Double
  /// How many draws choose each λ by the bound, in the order of the curve's points that have a bound.
  public let picks: [Pick]

  /// A λ and how many draws choose it.
  public struct Pick: Equatable, Sendable {
    /// λ.
    public let weight: DistillationWeight
    /// How many draws choose it by the bound.
    public let byBound: Int
    /// For how many it is the oracle's.
    public let byHeldOut: Int
  }
}
