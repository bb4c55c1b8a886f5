/// What an object is. Label order: the first six shapes are the base half, each with a look-alike among the last six.
public enum Shape: Int, CaseIterable, Sendable {
  case circle, triangle, square, hexagon, star, heart
  case ring, arrow, diamond, pentagon, cross, crescent

  /// The noun for one of it.
  public var word: String { "\(self)" }

  /// The noun for several of it.
  public var plural: String { self == .cross ? "crosses" : "\(self)s" }
}
