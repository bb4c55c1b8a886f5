import Basics
import BoundAnalysis
import CGSL
import Foundation

/// A problem whose ℓ_D, R_D and B_λ are integrals: two classes y = ±1, equally likely, with a feature x = y μ + noise, the noise
/// standard normal; the predictor p_θ(y | x) = 1 / (1 + exp(−y θ x)) has one parameter, θ in [−4, 4].
///
/// The margin m = y x is normal with mean μ; it is clipped to [−3, 3], so that losses are bounded. The loss is
/// ln(1 + exp(−θ m)); the teacher is the predictor with θ = 2, and if it has a bias it is none that the student can represent.
struct GaussianFamily: PredictorFamily {
  static let mean = 0.7
  static let clip = 3.0
  static let largestParameter = 4.0
  static let teacherParameter = 2.0

  struct Sample: Sendable {
    let x: Double
    let y: Double
    var margin: Double { x * y }
  }

  /// The teacher's logit is θ x + bias.
  var teacherBias = 0.0
  /// The seed of the training sets; the pool stays that of the first seed.
  var seed: UInt64
  private let pool: [Sample]
  /// θ on a grid, and R on the pool there.
  private let grid: [(parameter: Double, divergence: Double)]

  var name: String { "gaussian" }
  var parameterCount: Int { 1 }
  var facts: FamilyFacts {
    FamilyFacts(uniformLoss: log(2), lossCap: Self.loss(Self.largestParameter, -Self.clip))
  }

  /// - Parameter isPoolRandom: Else the pool is made of the margin's quantiles, and means over it are nearly exact.
  init(seed: UInt64 = 1, poolCount: Int = 10_000, teacherBias: Double = 0, isPoolRandom: Bool = true) {
    self.seed = seed
    self.teacherBias = teacherBias
    var stream = RandomStream(purpose: "gaussian pool", task: "", seed: seed)
    let pool = (0..<poolCount).map { index in
      isPoolRandom
        ? Self.sample(&stream)
        : Self.sample(y: index % 2 == 0 ? 1 : -1, probability: (Double(index) + 0.5) / Double(poolCount))
    }
    self.pool = pool
    grid = Self.parameterGrid.map { parameter in
      (
        parameter,
        pool.reduce(0) { $0 + Self.divergence(parameter, $1.x, bias: teacherBias) } / Double(poolCount)
      )
    }
  }

  /// θ from −4 to 4 in steps of 0.02.
  static let parameterGrid = (-200...200).map { largestParameter * Double($0) / 200 }

  /// ln(1 + e^z).
  static func softplus(_ z: Double) -> Double { max(z, 0) + log1p(exp(-abs(z))) }
  static func loss(_ parameter: Double, _ margin: Double) -> Double { softplus(-parameter * margin) }

  /// KL(teacher ‖ student) at x.
  static func divergence(_ parameter: Double, _ x: Double, bias: Double = 0) -> Double {
    let (teacher, student) = (teacherParameter * x + bias, parameter * x)
    let p = 1 / (1 + exp(-teacher))
    let value = p * (softplus(-student) - softplus(-teacher)) + (1 - p) * (softplus(student) - softplus(teacher))
    // Rounding takes what is 0 below it.
    return max(0, value)
  }

  private static func sample(_ stream: inout RandomStream) -> Sample {
    let y = stream.next() & 1 == 0 ? 1.0 : -1
    return sample(y: y, probability: (Double(stream.next() >> 11) + 0.5) * 0x1p-53)
  }

  /// The sample whose margin is the quantile of a probability.
  private static func sample(y: Double, probability: Double) -> Sample {
    let margin = mean + gsl_cdf_ugaussian_Pinv(probability)
    return Sample(x: y * min(max(margin, -clip), clip), y: y)
  }

  func trainingSet(_ draw: TrainingDraw) throws -> [Sample] {
    var stream = draw.stream("images", seed: seed)
    return (0..<draw.size).map { _ in Self.sample(&stream) }
  }

  func start(on set: [Sample]) throws -> Double { 0 }

  var perturbation: GaussianPerturbation<Double>? {
    GaussianPerturbation(
      squaredDistanceFromPrior: { $0 * $0 }, neighbour: { $0 + $1 * $2.normal() })
  }

  /// Halves an interval that has the minimiser of the convex objective in it once for every evaluation.
  func trained(
    on set: [Sample], weight: DistillationWeight, from start: Double, budget: Int
  ) throws -> TrainedPredictor<Double> {
    TrainedPredictor(
      solution(set, weight.value, steps: min(budget, 60)), gradientNorm: nil, objectiveChange: budget > 20 ? 0 : 1,
      evaluations: min(budget, 60))
  }

  func solution(_ set: [Sample], _ weight: Double, steps: Int = 60) -> Double {
    var (low, high) = (-Self.largestParameter, Self.largestParameter)
    for _ in 0..<steps {
      let middle = (low + high) / 2
      let slope = set.reduce(0.0) { sum, sample in
        let hard = -sample.margin / (1 + exp(middle * sample.margin))
        let teacher = 1 / (1 + exp(-Self.teacherParameter * sample.x - teacherBias))
        let soft = sample.x * (1 / (1 + exp(-middle * sample.x)) - teacher)
        return sum + (weight.isFinite ? hard + weight * soft : soft)
      }
      if slope > 0 { high = middle } else { low = middle }
    }
    return (low + high) / 2
  }

  func values(of predictor: Double?, on set: [Sample]) throws -> SampleValues {
    let parameter = predictor ?? Self.teacherParameter
    return SampleValues(
      losses: set.map { Self.loss(parameter, $0.margin) },
      divergences: set.map { Self.divergence(parameter, $0.x, bias: teacherBias) },
      accuracy: Double(set.count { parameter * $0.margin > 0 }) / Double(set.count))
  }

  func heldOutValues(of predictor: Double?) throws -> SampleValues { try values(of: predictor, on: pool) }

  /// The largest value on the grid, which is as good as exact.
  func signedLossMaximum(
    signs: [Double], on set: [Sample], from start: Double, radius: Double, restart: Int
  ) throws -> Double {
    grid.filter { $0.divergence <= radius }.map { point in
      2 * zip(signs, set).reduce(0) { $0 + $1.0 * Self.loss(point.parameter, $1.1.margin) } / Double(set.count)
    }.max() ?? -.infinity
  }
}
