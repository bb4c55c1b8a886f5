import Foundation
import Optimization
import Tensors
import Training

/// Logistic regression on frozen image features: the linear probe of Radford et al. 2021, appendix A.3.
///
/// Weights W and biases b start at 0 and minimise (Σ CE(W x + b, label) + λ ‖W‖² / 2) / images by L-BFGS, as scikit-learn's
/// logistic regression does with C = 1/λ. As published: λ is chosen by accuracy on validation images among 10⁻⁶, 10⁻⁴, …, 10⁶,
/// then in ever smaller steps about the best, down to 8 a decade; at most 1,000 rounds. Ours: the features are those after the
/// last projection, normalised, which prompts see too (there: before it); of strengths that are equally accurate the one with
/// the lower cross entropy on validation images is taken, then the larger; validation images are not added to the training
/// images afterwards, since prompts do not learn from them either; 1,000 is the number of evaluations. A task without validation
/// images has λ = 1 / 0.316, the value in the published code's example (there training images are split, which one image a class
/// does not allow).
public struct LinearProbe: Baseline {
  public let name = "linear-probe"
  public let summary =
    "Logistic regression on frozen image features, its L2 strength chosen on the task's validation images, of which it sees "
    + "all."

  /// Evaluations of the loss for one strength.
  public var budget = 1000

  /// The published probe.
  public init() {}

  private struct Fit {
    let strength: Double
    let minimum: Minimum
    let accuracy: Double
    let crossEntropy: Double

    /// Whether it is preferred to another.
    func isBetter(than other: Fit) -> Bool {
      (accuracy, -crossEntropy, strength) > (other.accuracy, -other.crossEntropy, other.strength)
    }
  }

  public func learned(from data: BaselineData) throws -> LearnedBaseline {
    guard let validation = data.validation, !validation.labels.isEmpty else {
      let strength = 1 / 0.316
      return result(try minimum(data, strength), ["strength": strength])
    }
    var fits: [Double: Fit] = [:]
    func fit(_ exponent: Double) throws -> Fit {
      if let known = fits[exponent] { return known }
      try data.checkInterruption()
      let strength = pow(10, exponent)
      let minimum = try minimum(data, strength)
      let logs = Self.logits(minimum.parameters, validation.features).logSoftmax()
      var (correct, loss) = (0, 0.0)
      for (row, label) in validation.labels.enumerated() {
        let logProbabilities = logs.rows(row..<row + 1).elements
        if logProbabilities.largestIndex == label { correct += 1 }
        loss -= Double(logProbabilities[label])
      }
      let count = Double(validation.labels.count)
      let fit = Fit(
        strength: strength, minimum: minimum, accuracy: Double(correct) / count, crossEntropy: loss / count)
      fits[exponent] = fit
      return fit
    }
    var best = -6.0
    for exponent in stride(from: -4.0, through: 6, by: 2) where try fit(exponent).isBetter(than: fit(best)) {
      best = exponent
    }
    for width in [1, 0.5, 0.25, 0.125] {
      let middle = best
      for exponent in [middle - width, middle + width] where try fit(exponent).isBetter(than: fit(best)) {
        best = exponent
      }
    }
    let chosen = try fit(best)
    return result(
      chosen.minimum, ["strength": chosen.strength, "validationAccuracy": chosen.accuracy, "fits": Double(fits.count)])
  }

  private func minimum(_ data: BaselineData, _ strength: Double) throws -> Minimum {
    let features = Variable(data.training.features)
    let start = ParameterSet([
      "weight": Tensor(shape: [data.classCount, data.training.features.columns], repeating: 0),
      "bias": Tensor(shape: [data.classCount], repeating: 0),
    ])
    let penalty = Float(strength / 2 / Double(data.training.labels.count))
    // scikit-learn stops at the same number, of the gradient's largest component.
    return try LBFGS(budget: budget, gradientTolerance: 1e-4).minimum(from: start) { variables in
      let weight = variables["weight"]!
      return features.linear(weight: weight, bias: variables["bias"]!).softmaxCrossEntropy(
        labels: data.training.labels) + (weight * weight).sum() * penalty
    }
  }

  private func result(_ minimum: Minimum, _ details: [String: Double]) -> LearnedBaseline {
    let parameters = minimum.parameters
    return LearnedBaseline(
      parameters: parameters.count,
      details: details.merging(["evaluations": Double(minimum.evaluations), "gradientNorm": minimum.gradientNorm]) {
        $1
      }
    ) { Self.logits(parameters, $0) }
  }

  private static func logits(_ parameters: ParameterSet, _ features: Tensor) -> Tensor {
    Variable(features).linear(weight: Variable(parameters["weight"]!), bias: Variable(parameters["bias"]!)).value
  }
}
