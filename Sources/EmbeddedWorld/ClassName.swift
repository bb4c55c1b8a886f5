/// The words of class names and captions that no attribute brings along, and the order in which attributes are named.
enum ClassName {
  /// The noun where the shape is left open.
  static let anyShape = "shape"
  /// The plural of ``anyShape``.
  static let anyShapes = "shapes"

  /// The word for a number of objects in 1...4.
  static func number(_ count: Int) -> String {
    ["one", "two", "three", "four"][count - 1]
  }
}
