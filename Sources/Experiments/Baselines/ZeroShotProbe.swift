import CLIPModel
import Optimization
import Tensors

/// A linear probe that starts from the zero-shot classifier: ZS-LP of Silva-Rodriguez et al. 2024, "A closer look at the few-shot
/// adaptation of large vision-language models".
///
/// As published: a prototype wₖ of each class starts as the normalised text feature of its name in the task's template; logits
/// are exp(s) · cosine(x, wₖ), with the frozen model's logit scale s and prototypes normalised in every step; no penalty, no
/// bias, and nothing chosen on validation images. Ours: L-BFGS on all training images with as many evaluations as they have
/// epochs of SGD, and no augmentation.
public struct ZeroShotProbe: Baseline {
  public let name = "linear-probe:start=zero-shot"
  public let summary =
    "Class prototypes on the unit sphere that start as zero-shot text features, the logit scale kept; nothing is tuned."

  /// Evaluations of the loss; 1 leaves the zero-shot classifier as it is.
  public var budget = 300

  /// The published probe.
  public init() {}

  public func learned(from data: BaselineData) throws -> LearnedBaseline {
    let features = Variable(data.training.features)
    let scale = data.logitScale
    @Sendable func logits(_ features: Variable, _ weight: Variable) -> Variable {
      CLIP.logits(images: features, texts: weight.rowsNormalized(), logitScale: Variable(scale))
    }
    try data.checkInterruption()
    let minimum = try LBFGS(budget: budget, gradientTolerance: 1e-4).minimum(
      from: ParameterSet(["weight": data.textFeatures])
    ) { logits(features, $0["weight"]!).softmaxCrossEntropy(labels: data.training.labels) }
    let weight = minimum.parameters["weight"]!
    return LearnedBaseline(
      parameters: weight.count,
      details: ["evaluations": Double(minimum.evaluations), "gradientNorm": minimum.gradientNorm]
    ) { logits(Variable($0), Variable(weight)).value }
  }
}
