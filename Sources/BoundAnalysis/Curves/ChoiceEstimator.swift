import Foundation
import Statistics

/// Estimates which λ is best, and what choosing it by the bound costs.
struct ChoiceEstimator {
  let points: [CurvePoint]
  let draws: [DrawRecord]
  let form: any BoundForm
  let delta: Double
  let bootstrap: DrawBootstrap

  /// A λ with a bound.
  private struct Candidate {
    let place: Int
    let weight: DistillationWeight
    let heldOutLoss: Double
    let lossBound: Double
    /// The form's B.
    let complexity: Double
  }

  func choice() throws -> Known<WeightChoice> {
    var candidates: [Candidate] = []
    for (place, point) in points.enumerated() {
      guard let estimates = point.estimates.value, let lossBound = estimates.lossBound.value,
        let rademacher = estimates.rademacher.value,
        let complexity = form.complexity(rademacher: rademacher.mean.value)
      else { continue }
      candidates.append(
        Candidate(
          place: place, weight: point.weight, heldOutLoss: estimates.heldOutLoss.value, lossBound: lossBound,
          complexity: complexity))
    }
    guard candidates.count > 1 else {
      let reason = points.lazy.compactMap { point in point.estimates.flatMap(\.lossBound).reason }.first
      return .unknown(
        "there is a bound at \(candidates.count) λ, at least 2 are needed" + (reason.map { " (\($0))" } ?? ""))
    }
    let usable = draws.filter { draw in candidates.allSatisfy { draw.points[$0.place].isLocalised } }
    guard usable.count > 1 else {
      return .unknown("\(usable.count) draws are localised at every λ with a bound, at least 2 are needed")
    }
    let size = points[0].size
    let byBound = usable.map { draw in
      Self.first(candidates) { candidate in
        let point = draw.points[candidate.place]
        let concentration = form.concentration(point, size: size, delta: delta)
        return point.trainingLoss + form.bound(concentration: concentration, complexity: candidate.complexity)
      }
    }
    let byHeldOut = usable.map { draw in Self.first(candidates) { draw.points[$0.place].heldOutLoss } }
    /// The held-out loss of each draw at a candidate of its own, less its oracle's.
    func costs(_ choices: [Int]) -> [Double] {
      usable.indices.map { draw in
        let points = usable[draw].points
        return points[candidates[choices[draw]].place].heldOutLoss
          - points[candidates[byHeldOut[draw]].place].heldOutLoss
      }
    }
    return .known(
      WeightChoice(
        byHeldOut: minimum(candidates, \.heldOutLoss), byBound: minimum(candidates, \.lossBound),
        cost: try bootstrap.mean(of: costs(byBound)),
        costOfSmallest: costs(usable.map { _ in 0 }).reduce(0, +) / Double(usable.count),
        picks: candidates.indices.map { index in
          WeightChoice.Pick(
            weight: candidates[index].weight, byBound: byBound.count { $0 == index },
            byHeldOut: byHeldOut.count { $0 == index })
        }))
  }

  /// The place of the candidate with the smallest value; the first of equals.
  private static func first(_ candidates: [Candidate], _ value: (Candidate) -> Double) -> Int {
    let values = candidates.map(value)
    return values.indices.min { values[$0] < values[$1] }!
  }

  private func minimum(_ candidates: [Candidate], _ value: KeyPath<Candidate, Double>) -> CurveMinimum {
    let best = candidates[Self.first(candidates) { $0[keyPath: value] }]
    let axis = WeightAxis(candidates.map(\.weight))
    let spline = SplineMinimum(axis.positions, candidates.map { $0[keyPath: value] })
    return CurveMinimum(
      weight: best.weight, value: best[keyPath: value], splineWeight: axis.weight(spline.x), splineValue: spline.y)
  }
}
