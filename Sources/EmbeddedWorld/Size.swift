/// How big an object is.
public enum Size: Int, CaseIterable, Sendable {
  case small, large

  /// The adjective.
  public var word: String { "\(self)" }
}
