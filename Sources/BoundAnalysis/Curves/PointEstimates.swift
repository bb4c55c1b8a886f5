import Statistics

/// The estimates at one λ and N, over the K localised draws. "Mean" is the mean over draws; intervals over draws are 95 %
/// percentile intervals of 2,000 bootstrap resamples of the draws.
public struct PointEstimates: Equatable, Sendable {
  /// The mean gap: mean_d (heldOutLoss_d − trainingLoss_d), with its interval over draws.
  public let gap: Estimate
  /// The same with the pool's error, which all draws share: the ends are moved away from the mean by
  /// √(their distance² + (1.96 · heldOutPoolError)²).
  public let gapWithPool: Estimate
  /// The standard error of the mean gap over draws, s / √K.
  public let gapError: Double
  /// The (1 − δ)-quantile of the gap over draws, linearly interpolated as by `numpy.quantile`, with its interval over draws.
  public let gapQuantile: Estimate
  /// The gap beyond zero-shot; unknown where zero-shot's gap does not vary.
  public let gapBeyondZeroShot: Known<GapBeyondZeroShot>
  /// The mean of ℓ_N(Θ*).
  public let trainingLoss: Double
  /// The mean loss on the pool, with its interval over draws.
  public let heldOutLoss: Estimate
  /// The mean of the draws' standard errors of the loss on the pool. All draws share the pool: the mean over them is hardly
  /// more accurate.
  public let heldOutPoolError: Double
  /// The mean accuracy on the pool.
  public let accuracy: Double
  /// The mean accuracy on classes that were not learned; nil where there are none.
  public let newClassAccuracy: Double?
  /// The mean of X*.
  public let xStar: Double
  /// The mean over draws of the largest loss on the pool; the largest over all draws is
  /// ``BoundEstimates/largestLoss`` of ``LossLimit/heldOutMaximum``.
  public let xStarHeldOut: Double
  /// The mean of R_N(Θ*), with its interval over draws.
  public let rSample: Estimate
  /// The mean of R on the pool at Θ*, with its interval over draws.
  public let rPool: Estimate
  /// The Rademacher estimate of B; unknown where there are fewer than 2 signed maxima.
  public let rademacher: Known<RademacherEstimate>
  /// The bound with X from each place: from the training set first, then from the pool, then the cap if the family has one.
  public let bounds: [BoundEstimates]

  /// The bound with X from one place; nil if the family has no such X.
  public func bound(_ lossLimit: LossLimit) -> BoundEstimates? { bounds.first { $0.lossLimit == lossLimit } }
  /// The bound with the source's X*, the maximum over the training set.
  public var onSample: BoundEstimates { bounds[0] }
  /// ℓ_N + bound, which bounds the loss, with the source's X*; unknown without a bound.
  public var lossBound: Known<Double> { onSample.bound.map { trainingLoss + $0 } }
}
