import BoundAnalysis
import CGSL
import Foundation

/// The expectations of ``GaussianFamily`` (without a bias) by GSL's Gauss–Legendre quadrature, for training sets of two samples:
/// these are two margins, and every quantity is an integral over their plane.
struct GaussianTruth {
  /// Nodes for the margin, with the probability of each; the clipped tails are a node at either end.
  let nodes: [(margin: Double, probability: Double)]

  init(count: Int = 160) {
    let (mean, clip) = (GaussianFamily.mean, GaussianFamily.clip)
    let table = gsl_integration_glfixed_table_alloc(count)!
    defer { gsl_integration_glfixed_table_free(table) }
    var nodes = (0..<count).map { index in
      var (x, weight) = (0.0, 0.0)
      gsl_integration_glfixed_point(-clip, clip, index, &x, &weight, table)
      return (margin: x, probability: weight * exp(-(x - mean) * (x - mean) / 2) / (2 * Double.pi).squareRoot())
    }
    nodes.append((-clip, gsl_cdf_ugaussian_P(-clip - mean)))
    nodes.append((clip, gsl_cdf_ugaussian_Q(clip - mean)))
    self.nodes = nodes
  }

  func expectation(_ function: (Double) -> Double) -> Double {
    nodes.reduce(0) { $0 + $1.probability * function($1.margin) }
  }

  func loss(_ parameter: Double) -> Double { expectation { GaussianFamily.loss(parameter, $0) } }
  func divergence(_ parameter: Double) -> Double { expectation { GaussianFamily.divergence(parameter, $0) } }

  /// The gap and X* of every pair of margins, with its probability.
  func pairs(_ family: GaussianFamily, weight: Double) -> [(gap: Double, xStar: Double, probability: Double)] {
    let losses = LossTable(self)
    return nodes.flatMap { first in
      nodes.filter { $0.margin >= first.margin }.map { second in
        let set = [first, second].map { GaussianFamily.Sample(x: $0.margin, y: 1) }
        let parameter = family.solution(set, weight, steps: 30)
        let values = set.map { GaussianFamily.loss(parameter, $0.margin) }
        let isDiagonal = first.margin == second.margin
        return (
          losses(parameter) - (values[0] + values[1]) / 2, values.max()!,
          (isDiagonal ? 1 : 2) * first.probability * second.probability
        )
      }
    }
  }

  /// B_λ = E sup over R_D ≤ ρ of ℓ_D − ℓ_N, and 2 · Rademacher_N, for N = 2.
  func suprema(radius: Double) -> (expected: Double, rademacher: Double) {
    let set = GaussianFamily.parameterGrid.filter { divergence($0) <= radius }
    let expected = set.map(loss)
    let table = nodes.map { node in set.map { GaussianFamily.loss($0, node.margin) } }
    var (supremum, rademacher) = (0.0, 0.0)
    for (i, first) in nodes.enumerated() {
      for (j, second) in nodes.enumerated() {
        let (a, b) = (table[i], table[j])
        var (gap, sum, difference, negative, opposite) = (
          -Double.infinity, -Double.infinity, -Double.infinity, -Double.infinity, -Double.infinity
        )
        for k in set.indices {
          gap = max(gap, expected[k] - (a[k] + b[k]) / 2)
          sum = max(sum, a[k] + b[k])
          negative = max(negative, -a[k] - b[k])
          difference = max(difference, a[k] - b[k])
          opposite = max(opposite, b[k] - a[k])
        }
        let probability = first.probability * second.probability
        supremum += probability * gap
        rademacher += probability * (sum + negative + difference + opposite) / 4
      }
    }
    return (supremum, rademacher)
  }

  /// ℓ_D on a fine grid of θ, linearly interpolated.
  private struct LossTable {
    private let values: [Double]
    private static let steps = 4000

    init(_ truth: GaussianTruth) {
      values = (0...Self.steps).map { truth.loss(GaussianFamily.largestParameter * (2 * Double($0) / 4000 - 1)) }
    }

    func callAsFunction(_ parameter: Double) -> Double {
      let place = (parameter / GaussianFamily.largestParameter + 1) / 2 * Double(Self.steps)
      let index = min(max(Int(place), 0), Self.steps - 1)
      return values[index] + (place - Double(index)) * (values[index + 1] - values[index])
    }
  }
}
