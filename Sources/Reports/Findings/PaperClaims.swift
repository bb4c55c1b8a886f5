/// What the paper (RPP) says, as far as a study can speak for it or against it; names are those of the command line.
package struct PaperClaims: Sendable {
  /// Structures whose prompts differ for queries, keys and values.
  var unshared: Set<String> = ["sapl"]
  /// Structures whose prompts are shared by them.
  var shared: Set<String> = ["coop", "ivlp", "maple", "vpt"]
  /// Terms that learn from labels.
  var hard: Set<String> = ["hard-label"]
  /// Terms that learn from a teacher's probabilities.
  var soft: Set<String> = ["soft-label-kd"]
  /// The plain template, which a prompt must beat.
  var zeroShot = "zero-shot"

  package static let fitting =
    "prompts that differ for queries, keys and values fit the training data better than shared ones"
  package static let soft = "soft labels generalize better than hard labels"
  static let start = "a pretrained prompt is a better start than the usual one"
  package static let transfer = "learned prompts transfer to other tasks"

  private func terms(_ supervision: String) -> Set<String> {
    Set(supervision.split(separator: "+").map { Labels.name(String($0)) })
  }

  /// SAPL with none unshared is IVLP.
  private func sharesAll(_ method: Method) -> Bool { method.structure.contains("unshared=none") }

  func isUnshared(_ method: Method) -> Bool {
    unshared.contains(Labels.name(method.structure)) && !sharesAll(method)
  }
  func isShared(_ method: Method) -> Bool { shared.contains(Labels.name(method.structure)) || sharesAll(method) }
  func isSoft(_ method: Method) -> Bool { !terms(method.supervision).isDisjoint(with: soft) }
  func isHard(_ method: Method) -> Bool {
    let terms = terms(method.supervision)
    return !terms.isEmpty && terms.isSubset(of: hard)
  }
}
