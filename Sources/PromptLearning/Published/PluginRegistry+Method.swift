import Basics

extension PluginRegistry {
  /// The names that ``method(_:)`` knows.
  public var methodNames: [String] { structures.flatMap { [$0.name] + aliases(of: $0) } }

  /// The structure of a method whose checkpoints are read: named as in `--structure`, or by another method whose published code writes
  /// the same.
  ///
  /// - Returns: The structure, and the options that were given.
  /// - Throws: a usage ``Failure`` as ``structure(_:)``.
  public func method(_ text: String) throws -> (structure: any PromptStructure, given: PluginSpecification) {
    let given = try PluginSpecification(text)
    let type = structures.first { $0.name == given.name } ?? structures.first { aliases(of: $0).contains(given.name) }
    guard let type else {
      throw Failure.usage(Spelling.unknown("method", given.name, known: methodNames))
    }
    return (try type.make(PluginSpecification(name: type.name, options: given.options)), given)
  }

  private func aliases(of type: any PromptStructure.Type) -> [String] {
    (type as? any HasPublishedCheckpoint.Type)?.publishedAliases ?? []
  }
}
