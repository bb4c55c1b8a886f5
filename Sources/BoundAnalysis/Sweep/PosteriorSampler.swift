import Basics

/// Draws predictors from PAC-Bayes posteriors around Θ*(λ), and measures their errors.
struct PosteriorSampler<Family: PredictorFamily> {
  let family: Family
  let perturbation: GaussianPerturbation<Family.Predictor>
  let set: Family.TrainingSet
  let bound: PACBayesBound
  /// How many predictors a posterior's training error is the mean of.
  let samples: Int

  /// How many predictors choose the standard deviation; they are used for nothing else, so that the choice costs nothing but
  /// the union bound.
  private static var choosing: Int { 8 }
  /// How many predictors the error on the pool is the mean of, which coverage compares with the bound.
  private static var testing: Int { 16 }
  /// How many predictors are measured on the training set for one posterior.
  static func evaluations(samples: Int) -> Int { choosing * PACBayesBound.deviations.count + samples }
  /// How many on the pool.
  static func poolEvaluations(samples: Int) -> Int { min(testing, samples) }

  /// The posterior around a predictor.
  ///
  /// - Parameter shouldStop: Asked before every predictor that is drawn.
  func point(
    _ weight: DistillationWeight, around predictor: Family.Predictor, from stream: RandomStream,
    _ shouldStop: () -> Bool
  ) throws -> PosteriorRecord.Point {
    let distance = perturbation.squaredDistanceFromPrior(predictor)
    func divergence(_ deviation: Double) -> Double {
      PACBayesBound.divergence(squaredDistance: distance, deviation: deviation)
    }
    var best: (deviation: Double, bound: Double)?
    for (place, deviation) in PACBayesBound.deviations.enumerated() {
      var stream = stream.substream(place + 1)
      let trainingError = try mean(Self.choosing, shouldStop) {
        try error(of: perturbation.neighbour(predictor, deviation, &stream))
      }
      let promised = bound.promise(trainingError: trainingError, divergence: divergence(deviation))
      // Where all say nothing, the narrowest posterior is nearest to Θ*.
      if promised <= best?.bound ?? .infinity { best = (deviation, promised) }
    }
    let deviation = best!.deviation
    var stream = stream.substream(0)
    var heldOut: [Double] = []
    let trainingError = try mean(samples, shouldStop) {
      let neighbour = perturbation.neighbour(predictor, deviation, &stream)
      if heldOut.count < Self.testing { heldOut.append(1 - (try family.heldOutValues(of: neighbour).accuracy)) }
      return try error(of: neighbour)
    }
    return PosteriorRecord.Point(
      weight: weight, deviation: deviation, divergence: divergence(deviation), trainingError: trainingError,
      heldOutError: heldOut.reduce(0, +) / Double(heldOut.count))
  }

  private func error(of predictor: Family.Predictor) throws -> Double {
    1 - (try family.values(of: predictor, on: set).accuracy)
  }

  private func mean(_ count: Int, _ shouldStop: () -> Bool, _ value: () throws -> Double) throws -> Double {
    var sum = 0.0
    for _ in 0..<count {
      if shouldStop() { throw SweepInterrupted() }
      sum += try value()
    }
    return sum / Double(count)
  }
}
