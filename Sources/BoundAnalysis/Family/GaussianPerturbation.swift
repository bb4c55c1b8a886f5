import Basics

/// What a PAC-Bayes bound needs of predictors that are points of a Euclidean space: a prior's mean, distances from it, and random
/// neighbours.
public struct GaussianPerturbation<Predictor: Sendable>: Sendable {
  /// ‖Θ − prior‖², the squared distance from a point that no training set decides.
  public let squaredDistanceFromPrior: @Sendable (_ predictor: Predictor) -> Double
  /// Θ plus independent normal noise in each of its numbers, with mean 0 and the given standard deviation.
  public let neighbour:
    @Sendable (_ predictor: Predictor, _ deviation: Double, _ stream: inout RandomStream) -> Predictor

  /// The given two.
  public init(
    squaredDistanceFromPrior: @escaping @Sendable (_ predictor: Predictor) -> Double,
    neighbour:
      @escaping @Sendable (_ predictor: Predictor, _ deviation: Double, _ stream: inout RandomStream) -> Predictor
  ) {
    self.squaredDistanceFromPrior = squaredDistanceFromPrior
    self.neighbour = neighbour
  }
}
