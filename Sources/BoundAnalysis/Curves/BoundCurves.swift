/// All that is estimated of Theorem 1 for one family.
public struct BoundCurves: Equatable, Sendable {
  /// The family's name.
  public let family: String
  /// How many numbers it learns.
  public let parameterCount: Int
  /// What is known of its losses without data.
  public let facts: FamilyFacts
  /// The name of the inequality's form.
  public let form: String
  /// The inequality in a line.
  public let formSummary: String
  /// δ.
  public let delta: Double
  /// How many evaluations each Θ* was allowed.
  public let budget: Int
  /// The loss of the fixed predictor (zero-shot) on the pool.
  public let zeroShotHeldOutLoss: Double
  /// How many samples the pool has.
  public let heldOutCount: Int
  /// How many pilot draws of each size fix H_λ.
  public let pilots: Int
  /// The curves in ascending order of N.
  public let curves: [BoundCurve]
  /// How the gap falls with N, for each λ in ascending order; empty for a single size.
  public let gapBySize: [GapBySize]
  /// What the budget does: size by size, λ by λ, in ascending order of the budget; empty if no other was tried.
  public let budgets: [BudgetEffect]

  /// The estimates from a sweep.
  ///
  /// - Throws: ``Failure`` if the sweep is not what was asked for, a size has fewer than 2 draws, or a number is not finite.
  public init(_ sweep: FamilySweep, setting: BoundSetting, form: any BoundForm = AdditiveForm()) throws {
    try SweepCheck.require(sweep, setting)
    family = sweep.name
    parameterCount = sweep.parameterCount
    facts = sweep.facts
    self.form = type(of: form).name
    formSummary = type(of: form).summary
    delta = setting.delta
    budget = setting.budget
    zeroShotHeldOutLoss = sweep.zeroShotHeldOutLoss
    heldOutCount = sweep.heldOutCount
    pilots = setting.pilots
    curves = try setting.sizes.map { try CurveEstimator(sweep, setting, form: form, size: $0).curve() }
    gapBySize = SizeEstimator.gaps(curves)
    budgets = try BudgetEstimator(sweep: sweep, setting: setting).effects()
  }

  /// Whether ℓ_N + bound is above ln C at a point, so that it says less than guessing; nil without a bound.
  public func exceedsUniformLoss(_ estimates: PointEstimates, _ bound: BoundEstimates) -> Bool? {
    bound.bound.value.map { estimates.trainingLoss + $0 > facts.uniformLoss }
  }

  /// Whether ℓ_N + bound is above the zero-shot predictor's loss on the pool, so that it promises no gain from learning; nil
  /// without a bound.
  public func exceedsZeroShot(_ estimates: PointEstimates, _ bound: BoundEstimates) -> Bool? {
    bound.bound.value.map { estimates.trainingLoss + $0 > zeroShotHeldOutLoss }
  }
}
