import Basics

/// The forms of the inequality by name.
public enum BoundForms {
  /// All of them, the default first.
  public static let all: [any BoundForm] = [AdditiveForm(), MultiplicativeForm(), EmpiricalBernsteinForm()]

  /// The form of a name, as in `--form additive`.
  ///
  /// - Throws: a usage ``Failure`` that lists the names.
  public static func named(_ name: String) throws -> any BoundForm {
    guard let form = all.first(where: { type(of: $0).name == name }) else {
      throw Failure.usage(
        Spelling.unknown("form of the bound", name, known: all.map { type(of: $0).name }))
    }
    return form
  }
}
