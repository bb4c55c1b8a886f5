import Basics

/// The plugins that names are looked up in.
public struct PluginRegistry: Sendable {
  /// The structures in the order of registration.
  public private(set) var structures: [any PromptStructure.Type]
  /// The supervisions in the order of registration.
  public private(set) var supervisions: [any SupervisionTerm.Type]

  /// A registry of the given plugins.
  public init(structures: [any PromptStructure.Type] = [], supervisions: [any SupervisionTerm.Type] = []) {
    self.structures = structures
    self.supervisions = supervisions
  }

  /// This registry with more plugins; one of a name that is there already takes its place.
  public func adding(
    structures: [any PromptStructure.Type] = [], supervisions: [any SupervisionTerm.Type] = []
  ) -> PluginRegistry {
    PluginRegistry(
      structures: self.structures.filter { old in !structures.contains { $0.name == old.name } } + structures,
      supervisions: self.supervisions.filter { old in !supervisions.contains { $0.name == old.name } } + supervisions)
  }

  /// The structure that a text such as `coop:contextLength=4` names.
  ///
  /// - Throws: a usage ``Failure`` for a text that cannot be read, an unknown name or option, or a value not allowed.
  public func structure(_ text: String) throws -> any PromptStructure {
    let specification = try PluginSpecification(text)
    guard let type = structures.first(where: { $0.name == specification.name }) else {
      throw Failure.usage(Spelling.unknown("structure", specification.name, known: structures.map { $0.name }))
    }
    return try type.make(specification)
  }

  /// The supervision that a text such as `hard-label+soft-label-kd:weight=2` names.
  ///
  /// - Throws: as ``structure(_:)``.
  public func supervision(_ text: String) throws -> Supervision {
    var terms: [Supervision.WeightedTerm] = []
    var mistakes: [String] = []
    for specification in try PluginSpecification.list(text) {
      do {
        terms.append(try term(specification))
      } catch let failure as Failure {
        mistakes.append(failure.description)
      }
    }
    guard mistakes.isEmpty else { throw Failure.usage(mistakes.joined(separator: "\n")) }
    return Supervision(terms)
  }

  private func term(_ specification: PluginSpecification) throws -> Supervision.WeightedTerm {
    guard let type = supervisions.first(where: { $0.name == specification.name }) else {
      throw Failure.usage(Spelling.unknown("supervision", specification.name, known: supervisions.map { $0.name }))
    }
    // The weight belongs to the sum; all other options are the term's own.
    let isWeight = { (option: (name: String, value: String)) in option.name == Supervision.weightOption }
    let own = PluginSpecification(
      name: specification.name, options: specification.options.filter { !isWeight($0) })
    var weight = 1.0
    if let text = specification.options.first(where: isWeight)?.value {
      guard let number = Double(text), Supervision.weightRange.contains(number) else {
        let range = Supervision.weightRange
        throw Failure.usage(
          "\(specification.name): \(Supervision.weightOption) is a number from \(range.lowerBound) to "
            + "\(range.upperBound), not \(Spelling.quoted(text))")
      }
      weight = number
    }
    return .init(try type.make(own), weight: weight)
  }
}
