/// All that was measured of one family, λ by λ and draw by draw: what every estimate is computed from.
public struct FamilySweep: Codable, Equatable, Sendable {
  /// The family's name.
  public var name: String
  /// How many numbers it learns.
  public var parameterCount: Int
  /// What is known of its losses without data.
  public var facts: FamilyFacts
  /// The loss of the fixed predictor (zero-shot) on the held-out pool.
  public var zeroShotHeldOutLoss: Double
  /// How many samples the held-out pool has.
  public var heldOutCount: Int
  /// Draws that fix H_λ and are used for nothing else.
  public var pilots: [DrawRecord]
  /// The draws of which everything else is estimated.
  public var draws: [DrawRecord]
  /// Estimates of the Rademacher complexity; empty if none were asked for.
  public var signedMaxima: [SignedMaximum]
  /// The first draws once more with other budgets, at some λ only.
  public var otherBudgets: [DrawRecord]
  /// PAC-Bayes posteriors on the draws; nil if none were asked for.
  public var posteriors: [PosteriorRecord]?

  /// A sweep of the given parts.
  public init(
    name: String, parameterCount: Int, facts: FamilyFacts, zeroShotHeldOutLoss: Double, heldOutCount: Int,
    pilots: [DrawRecord], draws: [DrawRecord], signedMaxima: [SignedMaximum] = [], otherBudgets: [DrawRecord] = [],
    posteriors: [PosteriorRecord]? = nil
  ) {
    self.name = name
    self.parameterCount = parameterCount
    self.facts = facts
    self.zeroShotHeldOutLoss = zeroShotHeldOutLoss
    self.heldOutCount = heldOutCount
    self.pilots = pilots
    self.draws = draws
    self.signedMaxima = signedMaxima
    self.otherBudgets = otherBudgets
    self.posteriors = posteriors
  }

  /// ρ, which fixes H_λ = {Θ : R on the pool ≤ ρ}: the largest R on the pool of the pilots' Θ*(λ); infinite at λ = 0, where
  /// nothing is constrained, and without pilots.
  public func radius(_ weight: DistillationWeight, size: Int) -> Double {
    Self.radius(weight, size: size, pilots: pilots)
  }

  static func radius(_ weight: DistillationWeight, size: Int, pilots: [DrawRecord]) -> Double {
    guard weight.value > 0 else { return .infinity }
    return pilots.lazy.filter { $0.draw.size == size }.flatMap(\.points).filter { $0.weight == weight }
      .map(\.rPool).max() ?? .infinity
  }
}
