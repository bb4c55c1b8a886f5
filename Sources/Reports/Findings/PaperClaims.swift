/// What the paper (RPP) says, as far as a study can speak for it or against it; names are those of the command line.
package struct PaperClaims: Sendable {
  /// Structures whose prompts differ for queries, keys and values.
  var unshared: Set<String> = ["sapl"]
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
  /// Whether two differ in what is shared and not in where prompts enter, so that one is evidence for or against the other: the same
  /// structure with nothing unshared, as `--equal-parameters` adds it.
  func isCounterpart(_ shared: Method, of method: Method) -> Bool {
    sharesAll(shared) && Labels.name(shared.structure) == Labels.name(method.structure)
  }
  /// Whether a study holds what the paper is about: unshared prompts, or distillation.
  func areAbout(_ methods: some Sequence<Method>) -> Bool {
    methods.contains { $0.kind == .learned && (isUnshared($0) || isSoft($0)) }
  }
  func isSoft(_ method: Method) -> Bool { !terms(method.supervision).isDisjoint(with: soft) }
  func isHard(_ method: Method) -> Bool {
    let terms = terms(method.supervision)
    return !terms.isEmpty && terms.isSubset(of: hard)
  }
}
