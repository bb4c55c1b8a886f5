/// Predictors that an algorithm trains on drawn samples with a hard-label loss and λ times a divergence from a fixed teacher:
/// all that the analysis of Theorem 1 asks for. The prompts of a CLIP are such a family; so is any model of which these few
/// functions can be written.
///
/// Functions are called on several threads at once, and must give the same values whenever they are given the same arguments.
public protocol PredictorFamily: Sendable {
  /// What training decides.
  associatedtype Predictor: Codable & Sendable
  /// The samples of a draw.
  associatedtype TrainingSet: Sendable

  /// What tells the family from others in tables, as `coop:contextLength=4`.
  var name: String { get }
  /// How many numbers are learned.
  var parameterCount: Int { get }
  /// What is known of its losses without data.
  var facts: FamilyFacts { get }
  /// What a PAC-Bayes bound needs; nil where predictors are no points of a Euclidean space.
  var perturbation: GaussianPerturbation<Predictor>? { get }

  /// The samples of a draw; those of different draws are independent, or random subsets of the same data.
  ///
  /// - Throws: ``Failure`` if there are not so many samples.
  func trainingSet(_ draw: TrainingDraw) throws -> TrainingSet

  /// Where the algorithm starts on a training set.
  func start(on set: TrainingSet) throws -> Predictor

  /// Θ*(λ): what the algorithm reaches on a training set within a number of evaluations of the objective.
  ///
  /// - Parameters:
  ///   - start: What it reached for the neighbouring λ, or ``start(on:)``; an algorithm that always starts anew ignores it.
  ///   - budget: How many evaluations it may make; it is part of Θ*'s definition.
  func trained(
    on set: TrainingSet, weight: DistillationWeight, from start: Predictor, budget: Int
  ) throws -> TrainedPredictor<Predictor>

  /// The loss and the divergence on every sample of a training set; nil stands for the fixed predictor that the gap is
  /// compared with (a CLIP's zero-shot predictor).
  func values(of predictor: Predictor?, on set: TrainingSet) throws -> SampleValues

  /// The same on a large pool of held-out samples of the same distribution.
  func heldOutValues(of predictor: Predictor?) throws -> SampleValues

  /// The accuracy on classes that are not learned; nil where there are none.
  func newClassAccuracy(of predictor: Predictor) throws -> Double?

  /// The largest (2/N) Σ σ_r ℓ(Θ; z_r) over Θ with a mean divergence on the pool of at most `radius` that ascent from one start
  /// finds: a lower estimate of the supremum.
  ///
  /// - Parameters:
  ///   - signs: σ, one of −1 and 1 for every sample of the training set.
  ///   - start: Where the ascent starts; it satisfies the constraint.
  ///   - radius: ρ; infinite for no constraint.
  ///   - restart: The number of the ascent, from 0; those from 1 start from a point moved at random from `start`.
  func signedLossMaximum(
    signs: [Double], on set: TrainingSet, from start: Predictor, radius: Double, restart: Int
  ) throws -> Double
}

extension PredictorFamily {
  /// None.
  public var perturbation: GaussianPerturbation<Predictor>? { nil }
  /// None.
  public func newClassAccuracy(of predictor: Predictor) throws -> Double? { nil }
}
