/// How the first object of a two-object image stands to the second. The first is the upper or the left one, so that
/// "a star below a ring" and "a ring above a star" are one fact.
public enum Relation: Int, CaseIterable, Sendable {
  case above, leftOf

  /// The words between the first object and the second.
  public var phrase: String { self == .above ? "above" : "left of" }

  /// The words between the second object and the first.
  public var reversePhrase: String { self == .above ? "below" : "right of" }
}
