import Basics
import CLIPModel
import Foundation
import PromptLearning
import Tensors

/// What every prompt structure must satisfy, tried out on small random backbones: one line in a test of any framework.
///
/// ```swift
/// @Test func conforms() throws { try StructureConformance(MyStructure()).check() }
/// ```
///
/// The backbones have at least three layers in each encoder, one has a single layer, and thirteen classes; options that fit no
/// such backbone cannot be checked. What cannot be caught is a mistake at which the tensor operations themselves stop the
/// program (a matrix that does not fit its factor): the message on standard error names both shapes.
public struct StructureConformance: Sendable {
  private let structure: any PromptStructure
  private let startsAtRandom: Bool
  private let withoutGradient: Set<String>

  /// The requirements of a structure with its options.
  ///
  /// - Parameters:
  ///   - structure: The structure to be checked.
  ///   - startsAtRandom: False where nothing is drawn at the start, so that all seeds give the same parameters.
  ///   - withoutGradient: Parameters that may be without any effect.
  public init(_ structure: any PromptStructure, startsAtRandom: Bool = true, withoutGradient: Set<String> = []) {
    self.structure = structure
    self.startsAtRandom = startsAtRandom
    self.withoutGradient = withoutGradient
  }

  /// Checks every requirement.
  ///
  /// - Throws: ``ConformanceFailure`` that names every requirement which is not satisfied.
  public func check() throws {
    try findings(structure).throwIfAny(of: type(of: structure).name)
  }

  private func findings<Structure: PromptStructure>(_ structure: Structure) -> Findings {
    var findings = Findings()
    let again = PluginText.check(structure, &findings)
    let toys = [ToyBackbone.first(), .second()]
    for toy in toys {
      findings.check(.shapes) {
        do {
          return try StructureTrial(structure, on: toy).misfits().map { "on \(toy.name), \($0)" }
        } catch let failure as Failure where failure.kind == .usage {
          return [
            "refuses \(toy.name), which has \(toy.weights.configuration.text.layers) text and "
              + "\(toy.weights.configuration.vision.layers) vision layers and a context of "
              + "\(toy.weights.configuration.contextLength) rows: \(failure)"
          ]
        }
      }
    }
    // What does not fit stops the program where it is computed with.
    guard !findings.violations.contains(where: { $0.requirement == .shapes }) else { return findings }
    findings.check(.depth) { try fitsOrRefuses(structure) }
    for toy in toys {
      findings.check(.notes) {
        _ = try structure.notes(try toy.context())
        return []
      }
    }
    do {
      let trial = try StructureTrial(structure, on: toys[0])
      if let again {
        findings.check(.specification) { try trial.differences(fromReadBack: again) }
        findings.check(.file) { try trial.fileMistakes() }
      }
      findings.check(.image) { try trial.imageMistakes() }
      findings.check(.seed) { try trial.seedMistakes(startsAtRandom: startsAtRandom) }
      findings.check(.gradients) { try trial.gradientMistakes(mayLackGradient: withoutGradient.contains) }
      findings.check(.classOrder) { try trial.classOrderMistakes() }
      // Prompts that all images share though one of them made them differ from batch to batch, too: one cause, named once.
      if !findings.violations.contains(where: { $0.requirement == .image }) {
        findings.check(.batch) { try trial.batchMistakes() }
      }
    } catch {
      findings.add(.shapes, "what worked once on \(toys[0].name) fails the second time: \(error)")
    }
    return findings
  }

  /// On a backbone with too few layers there is either a fit or a usage failure.
  private func fitsOrRefuses(_ structure: some PromptStructure) throws -> [String] {
    do {
      return try StructureTrial(structure, on: .shallow()).misfits().map { "on a backbone of one layer, \($0)" }
    } catch let failure as Failure where failure.kind == .usage {
      return []
    } catch {
      return ["on a backbone of one layer an error is thrown that is no usage Failure: \(error)"]
    }
  }
}
