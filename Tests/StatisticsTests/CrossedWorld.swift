import Basics
import Foundation
import Statistics

/// A population of seeds and test images in which the true accuracies of two methods are known.
///
/// An image is classified correctly with probability p_i ~ Beta(3, 1) (mean 0.75) by a run without effects, and with
/// p_i^exp(η) by run s of method m, where η ~ N(μ_m, τ²) is the run's effect, partly shared by the two runs of a seed.
/// It is correct where that exceeds a uniform number, which with some probability is the image's for all runs, or the
/// image's for all runs of the method: so the runs agree on images more than chance, as real ones do.
struct CrossedWorld: Sendable {
  var seeds: Int
  var images = 240
  /// τ: 0.1 is a standard deviation of about 0.019 of the accuracy between seeds.
  var seedEffect: Double
  /// μ of method b, that of a being 0.
  var methodEffect = 0.1
  /// The probabilities that a number is shared by all runs, and by those of a method.
  var sharedByAll = 0.5
  var sharedByMethod = 0.25

  private static let alpha = 3.0

  /// One set of test images, tested with the runs whose effects are given for each method.
  private func draw(_ effects: [[Double]], _ stream: inout RandomStream) throws -> [Correctness] {
    var rows = effects.map { $0.map { _ in Array(repeating: false, count: images) } }
    for image in 0..<images {
      let logP = log(1 - stream.uniform()) / Self.alpha
      let common = log(1 - stream.uniform())
      for method in effects.indices {
        let own = log(1 - stream.uniform())
        for (seed, effect) in effects[method].enumerated() {
          let kind = stream.uniform()
          let threshold =
            kind < sharedByAll ? common : kind < sharedByAll + sharedByMethod ? own : log(1 - stream.uniform())
          rows[method][seed][image] = threshold < logP * exp(effect)
        }
      }
    }
    return try rows.map { try Correctness($0) }
  }

  /// One experiment: for each method the correctness on each of some groups of classes.
  func draw(groups: Int = 1, _ stream: inout RandomStream) throws -> [[Correctness]] {
    let shared = (0..<seeds).map { _ in stream.normal() }
    let effects = [0, methodEffect].map { mean in
      shared.map { mean + seedEffect * (0.6 * $0 + 0.8 * stream.normal()) }
    }
    var byGroup: [[Correctness]] = []
    for group in 0..<groups {
      byGroup.append(try draw(effects.map { $0.map { $0 + Self.shift(group) } }, &stream))
    }
    return effects.indices.map { method in byGroup.map { $0[method] } }
  }

  /// How much harder a group of classes is.
  private static func shift(_ group: Int) -> Double { 0.5 * Double(group) }

  /// The mean over all runs of a method of a function of the accuracies on all images of each group, by summing over η.
  func truth(method: Int, groups: Int = 1, _ value: ([Double]) -> Double) -> Double {
    let mean = method == 0 ? 0 : methodEffect
    var (sum, weights) = (0.0, 0.0)
    for step in -800...800 {
      let z = Double(step) / 100
      let weight = exp(-z * z / 2)
      // E p^exp(η) over Beta(α, 1) is α / (α + exp(η)).
      sum +=
        weight
        * value((0..<groups).map { Self.alpha / (Self.alpha + exp(mean + seedEffect * z + Self.shift($0))) })
      weights += weight
    }
    return sum / weights
  }
}
