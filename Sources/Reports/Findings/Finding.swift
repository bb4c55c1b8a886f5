/// A sentence that follows from the numbers by a rule.
public struct Finding: Codable, Equatable, Sendable {
  /// What it says, in the order in which a report has them.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// What was compared, and which method tests highest.
    case headline
    /// The interval excludes 0, on the other side than the paper says.
    case contradictsPaper
    /// The interval excludes 0, on the side that the paper says.
    case agreesWithPaper
    /// Another difference whose interval excludes 0.
    case decided
    /// The interval covers 0, or there is one seed.
    case undecided
  }

  /// What it says.
  public let kind: Kind
  /// The sentence.
  public let text: String

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
