/// What was measured of Θ*(λ) on one training set.
public struct PointRecord: Codable, Equatable, Sendable {
  /// λ.
  public let weight: DistillationWeight
  /// ℓ_N(Θ*).
  public let trainingLoss: Double
  /// The sample variance of the training losses.
  public let trainingLossVariance: Double
  /// ℓ on the held-out pool.
  public let heldOutLoss: Double
  /// Its standard error.
  public let heldOutError: Double
  /// X*: the largest training loss.
  public let xStar: Double
  /// The largest loss on the held-out pool.
  public let xStarHeldOut: Double
  /// R_N(Θ*).
  public let rSample: Double
  /// R on the held-out pool.
  public let rPool: Double
  /// See ``TrainedPredictor/gradientNorm``.
  public let gradientNorm: Double?
  /// See ``TrainedPredictor/objectiveChange``.
  public let objectiveChange: Double
  /// How often the objective was computed.
  public let evaluations: Int
  /// F(Θ*) ≤ F(Θ_T): whether the theorem's argument applies.
  public let isLocalised: Bool
  /// The share of held-out samples whose label is predicted.
  public let accuracy: Double
  /// The same on classes that were not learned; nil where there are none.
  public let newClassAccuracy: Double?

  /// ℓ_D − ℓ_N at Θ*, ℓ_D estimated on the pool.
  public var gap: Double { heldOutLoss - trainingLoss }
  /// Whether the last fifth of the budget brought less than 1 % of the decrease.
  public var isConverged: Bool { objectiveChange < 0.01 }

  /// A record of the given values.
  public init(
    weight: DistillationWeight, trainingLoss: Double, trainingLossVariance: Double, heldOutLoss: Double,
    heldOutError: Double, xStar: Double, xStarHeldOut: Double, rSample: Double, rPool: Double, gradientNorm: Double?,
    objectiveChange: Double, evaluations: Int, isLocalised: Bool, accuracy: Double, newClassAccuracy: Double?
  ) {
    self.weight = weight
    self.trainingLoss = trainingLoss
    self.trainingLossVariance = trainingLossVariance
    self.heldOutLoss = heldOutLoss
    self.heldOutError = heldOutError
    self.xStar = xStar
    self.xStarHeldOut = xStarHeldOut
    self.rSample = rSample
    self.rPool = rPool
    self.gradientNorm = gradientNorm
    self.objectiveChange = objectiveChange
    self.evaluations = evaluations
    self.isLocalised = isLocalised
    self.accuracy = accuracy
    self.newClassAccuracy = newClassAccuracy
  }
}
