/// How an object is filled.
public enum Texture: Int, CaseIterable, Sendable {
  case solid, striped, dotted, checkered

  /// The adjective.
  public var word: String { "\(self)" }
}
