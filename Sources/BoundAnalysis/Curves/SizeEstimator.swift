import CGSL
import Foundation
import Statistics

/// Estimates how the gap falls with N.
enum SizeEstimator {
  static func gaps(_ curves: [BoundCurve]) -> [GapBySize] {
    guard curves.count > 1 else { return [] }
    return curves[0].points.indices.map { place in
      GapBySize(weight: curves[0].points[place].weight, line: line(curves.map { $0.points[place] }))
    }
  }

  private static func line(_ points: [CurvePoint]) -> Known<GapBySize.Line> {
    var (sizes, x, y, precisions): ([Int], [Double], [Double], [Double]) = ([], [], [], [])
    for point in points {
      guard let estimates = point.estimates.value, estimates.gap.interval.low > 0, estimates.gapError > 0
      else { continue }
      sizes.append(point.size)
      x.append(log(Double(point.size)))
      y.append(log(estimates.gap.value))
      precisions.append(pow(estimates.gap.value / estimates.gapError, 2))
    }
    guard sizes.count > 1 else {
      return .unknown("the mean gap is above 0 for certain at \(sizes.count) of \(points.count) sizes, 2 are needed")
    }
    var (intercept, slope, v00, v01, v11, sum) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    gsl_fit_wlinear(x, 1, precisions, 1, y, 1, x.count, &intercept, &slope, &v00, &v01, &v11, &sum)
    return .known(
      GapBySize.Line(sizes: sizes, slope: Measured(slope, error: v11.squareRoot()), intercept: intercept))
  }
}
