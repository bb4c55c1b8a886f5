import Basics
import Tensors

/// A sum of terms, each with its own weight.
public struct Supervision: Sendable {
  /// The terms.
  public let terms: [any SupervisionTerm]

  /// The sum of the given terms, at least one.
  public init(_ terms: [any SupervisionTerm]) {
    require(!terms.isEmpty, "a supervision needs at least one term")
    self.terms = terms
  }

  /// The loss of a batch, a scalar.
  public func loss(_ input: SupervisionInput) throws -> Variable {
    try terms.dropFirst().reduce(try terms[0].loss(input)) { sum, term in sum + (try term.loss(input)) }
  }

  /// The frozen models that any term listens to.
  var frozenModels: Set<FrozenModelRequest> { Set(terms.flatMap(\.frozenModels)) }

  /// All terms with all of their options, joined by `+`.
  public var text: String { terms.map(\.specification.text).joined(separator: "+") }
}
