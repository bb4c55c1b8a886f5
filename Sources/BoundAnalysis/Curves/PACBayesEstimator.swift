import Statistics

/// Estimates the PAC-Bayes bound of one λ and N from the posteriors of its draws.
struct PACBayesEstimator {
  let delta: Double
  let bootstrap: DrawBootstrap

  /// - Parameters:
  ///   - records: Of one N, in ascending order of their index.
  ///   - index: The place of λ among their points.
  func estimate(_ records: [PosteriorRecord], at index: Int) throws -> Known<PACBayesEstimate> {
    guard records.count > 1 else {
      return .unknown(
        records.isEmpty ? "no posteriors were drawn" : "a single draw has posteriors, at least 2 are needed")
    }
    let points = records.map { $0.points[index] }
    let bounds = zip(records, points).map { record, point in
      PACBayesBound(size: record.draw.size, delta: delta).error(
        trainingError: point.trainingError, samples: record.samples, divergence: point.divergence)
    }
    return .known(
      PACBayesEstimate(
        bound: try bootstrap.mean(of: bounds), trainingError: PointEstimator.mean(points.map(\.trainingError)),
        heldOutError: try bootstrap.mean(of: points.map(\.heldOutError)),
        coverage: Proportion(zip(points, bounds).count { $0.heldOutError <= $1 }, of: points.count),
        divergence: PointEstimator.mean(points.map(\.divergence)), deviation: Quantile.of(points.map(\.deviation), 0.5))
    )
  }
}
