import Basics

/// What is asked of a sweep.
public struct BoundSetting: Codable, Equatable, Sendable {
  /// λ, ascending.
  public var weights: [DistillationWeight]
  /// N, the numbers of training images in all, ascending.
  public var sizes: [Int]
  /// K, how many independent training sets of each size everything is estimated from.
  public var draws: Int
  /// How many more fix H_λ.
  public var pilots: Int
  /// δ: the bound is to hold with probability 1 − δ.
  public var delta: Double
  /// The seed of everything random.
  public var seed: UInt64
  /// How often the objective may be computed for each Θ*.
  public var budget: Int
  /// Whether λ is also gone through upwards, from the start, and the better Θ* kept.
  public var goesBothWays: Bool
  /// How many antithetic pairs of sign vectors the Rademacher complexity is estimated from, each with a training set of its
  /// own; 0 for no estimate.
  public var signPairs: Int
  /// How many ascents each maximum is searched by.
  public var restarts: Int
  /// Other budgets, whose influence is measured at the smallest size.
  public var otherBudgets: [Int]
  /// The λ at which it is.
  public var otherBudgetWeights: [DistillationWeight]
  /// On how many draws.
  public var otherBudgetDraws: Int
  /// How many predictors of each PAC-Bayes posterior are drawn, for a bound on the 0–1 error that knows nothing of λ; nil for no
  /// such bound.
  public var posteriorSamples: Int?

  /// The given setting.
  public init(
    weights: [DistillationWeight], sizes: [Int], draws: Int = 64, pilots: Int = 10, delta: Double = 0.05,
    seed: UInt64 = 1, budget: Int = 200, goesBothWays: Bool = false, signPairs: Int = 10, restarts: Int = 3,
    otherBudgets: [Int] = [], otherBudgetWeights: [DistillationWeight] = [], otherBudgetDraws: Int = 8,
    posteriorSamples: Int? = nil
  ) {
    self.weights = weights
    self.sizes = sizes
    self.draws = draws
    self.pilots = pilots
    self.delta = delta
    self.seed = seed
    self.budget = budget
    self.goesBothWays = goesBothWays
    self.signPairs = signPairs
    self.restarts = restarts
    self.otherBudgets = otherBudgets
    self.otherBudgetWeights = otherBudgetWeights
    self.otherBudgetDraws = otherBudgetDraws
    self.posteriorSamples = posteriorSamples
  }

  /// - Throws: a usage ``Failure`` of all that is not as it can be, a line each.
  public func check() throws {
    var mistakes: [String] = []
    if weights.isEmpty { mistakes.append("there is no λ; name some, as 0,0.1,1,10,inf") }
    if weights.last?.value.isFinite == true {
      mistakes.append(
        "the last λ must be inf: Θ_T, the solution of the distillation term alone, belongs to every estimate")
    }
    if zip(weights, weights.dropFirst()).contains(where: { $0.value >= $1.value }) { mistakes.append("λ must ascend") }
    if sizes.isEmpty { mistakes.append("there is no size; name some, as 24,96") }
    if sizes.contains(where: { $0 < 2 }) { mistakes.append("a training set needs at least 2 images") }
    if zip(sizes, sizes.dropFirst()).contains(where: { $0 >= $1 }) { mistakes.append("sizes must ascend") }
    if draws < 2 { mistakes.append("\(draws) draw\(draws == 1 ? "" : "s"): an interval needs at least 2") }
    if pilots < 1 { mistakes.append("\(pilots) pilot draws: H_λ needs at least 1") }
    if !(delta > 0 && delta < 1) { mistakes.append("δ is \(delta), and must lie between 0 and 1") }
    if budget < 1 || otherBudgets.contains(where: { $0 < 1 }) { mistakes.append("a budget is at least 1 evaluation") }
    if signPairs < 0 || signPairs > draws {
      mistakes.append("\(signPairs) pairs of sign vectors: from 0 to the number of draws, which is \(draws)")
    }
    if let samples = posteriorSamples {
      if samples < 1 { mistakes.append("\(samples) predictors of a PAC-Bayes posterior: at least 1") }
      if let size = sizes.first, size < PACBayesBound.leastSize {
        mistakes.append(
          "a PAC-Bayes bound needs training sets of at least \(PACBayesBound.leastSize) images, the smallest here has \(size)"
        )
      }
    }
    if restarts < 1 { mistakes.append("\(restarts) restarts: at least 1") }
    guard mistakes.isEmpty else { throw Failure.usage(mistakes.joined(separator: "\n")) }
  }
}
