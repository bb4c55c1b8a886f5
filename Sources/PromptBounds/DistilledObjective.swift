import Basics
import PromptLearning

/// The two terms of the objective ℓ_N + λ R_N: the cross entropy with hard labels, and τ² · KL(teacher ‖ student) from a frozen
/// CLIP. They are terms of a supervision, as a run has them; which plugins compute them is the caller's to say.
///
/// ```swift
/// let objective = try DistilledObjective(labels: HardLabel(), distillation: SoftLabelKD())
/// ```
public struct DistilledObjective: Sendable {
  /// The cross entropy with the label.
  public let labels: any SupervisionTerm
  /// The divergence from the teacher, λ's term.
  public let distillation: any SupervisionTerm
  /// τ of the divergence.
  public let temperature: Double
  /// The teacher.
  public let teacher: FrozenModelRequest

  /// An objective of two terms.
  ///
  /// - Throws: a usage ``Failure`` unless the distillation term listens to one teacher, and the other to none.
  public init(
    labels: any SupervisionTerm, distillation: any SupervisionTerm, temperature: Double = 1
  ) throws {
    guard labels.frozenModels.isEmpty else {
      throw Failure.usage("\(type(of: labels).name) listens to a frozen model, and the loss of the theorem does not")
    }
    guard let teacher = distillation.frozenModels.first, distillation.frozenModels.count == 1 else {
      throw Failure.usage(
        "\(type(of: distillation).name) listens to \(distillation.frozenModels.count) frozen models, and the theorem has one "
          + "teacher")
    }
    (self.labels, self.distillation, self.temperature, self.teacher) = (labels, distillation, temperature, teacher)
  }

  /// What is minimised for a λ: one of the terms alone at 0 and ∞.
  func supervision(_ weight: Double) -> Supervision {
    if weight == 0 { return Supervision(labels) }
    guard weight.isFinite else { return Supervision(distillation) }
    return Supervision([.init(labels), .init(distillation, weight: weight)])
  }
}
