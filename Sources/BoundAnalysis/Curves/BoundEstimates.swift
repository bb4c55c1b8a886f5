import Statistics

/// What a form of the inequality comes to at one λ and N with X from one place. K is the number of localised draws, gap_d the
/// gap of draw d, δ the setting's.
public struct BoundEstimates: Equatable, Sendable {
  /// Where X is from.
  public let lossLimit: LossLimit
  /// The largest X of a draw: max_d X_d.
  public let largestLoss: Double
  /// The mean over draws of c_d = `form.concentration(X_d, V_d, N, δ)`: for the additive form mean_d X_d √(ln(1/δ) / 2N).
  public let concentration: Double
  /// The (1 − δ)-quantile over draws of b_d = `form.neededComplexity(gap_d, c_d)`, for the additive form gap_d − c_d; between
  /// neighbours linearly interpolated (`numpy.quantile`'s default). Negative where concentration alone is more than enough.
  public let neededUnclipped: Double
  /// The 95 % percentile interval of ``neededUnclipped`` over draws (2,000 bootstrap resamples); without the pool's error.
  public let neededInterval: Interval
  /// The standard deviation of these resamples' quantiles.
  public let neededError: Double
  /// B needed with its distribution-free upper limit: max(0, b_(k)) with the least k for which P(Binomial(K, 1 − δ) ≤ k − 1)
  /// is at least 0.95; unknown where no k ≤ K does, that is (1 − δ)^K > 0.05.
  public let neededHigh: Known<Double>
  /// The mean over draws of `form.bound(c_d, B)` with B = `form.complexity(rademacher:)`; unknown without that.
  public let bound: Known<Double>
  /// The share of draws with gap_d ≤ `form.bound(c_d, B)`, B as for ``bound``, with its Clopper–Pearson interval.
  public let coverage: Known<Proportion>
  /// The share of draws that the bound holds for with a B that other draws fixed: B of the draws with even index is tested on
  /// those with odd index and the other way round. B is max(0, b_(k)) with k = ⌈(m + 1)(1 − δ)⌉ of the m draws of its half, so
  /// that a new draw is covered with probability at least 1 − δ (split conformal prediction, Papadopoulos et al. 2002; the
  /// interpolated quantile would cover too seldom); unknown where k > m. The Clopper–Pearson interval is for given values of B:
  /// that they are themselves estimates makes it somewhat too narrow.
  public let crossFittedCoverage: Known<Proportion>
  /// The B that was fitted on the draws with even index, and that on those with odd index.
  public let crossFitted: Known<[Double]>
  /// B by Pinsker's inequality (theory.md, step 4): e^X √(2ρ) with X = ``largestLoss`` and ρ = ``CurvePoint/radius``; unknown
  /// for τ ≠ 1 and for infinite ρ.
  public let certificate: Known<Double>

  /// B needed: max(0, ``neededUnclipped``).
  public var needed: Double { max(0, neededUnclipped) }
  /// Whether the certificate says nothing, losses being at most X anyway: it is above ``largestLoss``.
  public var isCertificateVacuous: Bool? { certificate.value.map { $0 > largestLoss } }
}
