import Basics
import BoundAnalysis
import Statistics

/// Means over the localised draws at one λ and N, with 95 % percentile intervals of 2,000 bootstrap resamples of the draws, of
/// what ``PointEstimates`` has without an interval.
struct PointMeans: Sendable {
  /// ℓ_N(Θ*).
  let trainingLoss: Estimate
  /// X*.
  let xStar: Estimate
  /// The largest loss on the pool.
  let xStarHeldOut: Estimate
  /// The concentration term with the source's X*.
  let concentration: Estimate
  /// The accuracy on the pool.
  let accuracy: Estimate
  /// The accuracy on classes that were not learned; nil where there are none.
  let newClassAccuracy: Estimate?
  /// B Rademacher with Student's interval over training sets; nil where there is none.
  let rademacher: Estimate?

  /// Nil where nothing was estimated.
  init?(_ point: CurvePoint, of sweep: FamilySweep, setting: BoundSetting, form: any BoundForm) throws {
    guard let estimates = point.estimates.value else { return nil }
    let points = sweep.draws.filter { $0.draw.size == point.size }.sorted { $0.draw.index < $1.draw.index }
      .compactMap { $0.points.first { $0.weight.value == point.weight.value } }.filter(\.isLocalised)
    let bootstrap = DrawBootstrap(
      stream: RandomStream(purpose: "bound means", task: "\(sweep.name) \(point.size)", seed: setting.seed))
    func mean(_ value: (PointRecord) -> Double) throws -> Estimate { try bootstrap.mean(of: points.map(value)) }
    trainingLoss = try mean(\.trainingLoss)
    xStar = try mean(\.xStar)
    xStarHeldOut = try mean(\.xStarHeldOut)
    concentration = try mean {
      form.concentration(
        largestLoss: $0.xStar, lossVariance: $0.trainingLossVariance, size: point.size, delta: setting.delta)
    }
    accuracy = try mean(\.accuracy)
    newClassAccuracy = estimates.newClassAccuracy == nil ? nil : try mean { $0.newClassAccuracy! }
    let maxima = sweep.signedMaxima.filter {
      $0.draw.size == point.size && $0.weight.value == point.weight.value
    }.compactMap(\.value)
    rademacher = estimates.rademacher.value == nil ? nil : try Estimate.studentMean(of: maxima)
  }
}
