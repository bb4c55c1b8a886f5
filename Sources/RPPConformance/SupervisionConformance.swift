import Basics
import CLIPModel
import PromptLearning
import Tensors

/// What every term of a supervision must satisfy, tried out on random predictions: one line in a test of any framework.
///
/// ```swift
/// @Test func conforms() throws { try SupervisionConformance(MyTerm()).check() }
/// ```
public struct SupervisionConformance: Sendable {
  private let term: any SupervisionTerm

  /// The requirements of a term with its options.
  public init(_ term: any SupervisionTerm) { self.term = term }

  /// Checks every requirement.
  ///
  /// - Throws: ``ConformanceFailure`` that names every requirement which is not satisfied.
  public func check() throws {
    try findings(term).throwIfAny(of: type(of: term).name)
  }

  private func findings<Term: SupervisionTerm>(_ term: Term) -> Findings {
    var findings = Findings()
    let again = PluginText.check(term, &findings)
    if Term.Options.all.contains(where: { $0.name == "weight" }) {
      findings.add(
        .specification, "an option is called weight, which is the term's factor in a sum; choose another name")
    }
    // Texts are the same for all images, or each image has its own.
    for perImage in [false, true] {
      let batch = ToyBatch(perImage: perImage, requests: term.frozenModels)
      let loss: Tensor
      do {
        loss = try term.loss(batch.input).value
      } catch let error as UndeclaredFrozenModel {
        findings.add(.frozenModels, "\(error)")
        return findings
      } catch {
        findings.add(.loss, "an error was thrown: \(error)")
        return findings
      }
      guard loss.count == 1, loss.isFinite else {
        findings.add(.loss, "it has the shape \(loss.shape) or is not finite, but must be one finite number")
        return findings
      }
      func isSame(_ other: Tensor) -> Bool {
        abs(other.scalar - loss.scalar) <= 1e-5 * max(1, abs(loss.scalar))
      }
      if let again {
        findings.check(.specification) {
          isSame(try again.loss(batch.input).value)
            ? [] : ["read back, the term gives another loss: is an option missing from Options.all?"]
        }
      }
      findings.check(.batch) {
        isSame(try term.loss(batch.withImages(ToyBatch.imageOrder).input).value)
          ? [] : ["the images of a batch in another order give another loss"]
      }
      findings.check(.classOrder) {
        isSame(try term.loss(batch.withClasses(ToyBatch.classOrder).input).value)
          ? [] : ["the classes and their labels in another order give another loss"]
      }
      findings.check(.gradients) {
        try GradientDifferences(of: { try term.loss(batch.input(student: $0)).reshaped([1]) }, at: batch.student)
          .mistakes { _ in true }
      }
    }
    return findings
  }
}
