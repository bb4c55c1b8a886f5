import Datasets

/// Which accuracy is compared: on some of a task's classes, or the harmonic mean of base and new.
public enum TestClasses: String, CaseIterable, Codable, Comparable, Sendable {
  case base, new, all, harmonic

  /// The classes of a test.
  init(_ selection: ClassSelection) {
    switch selection {
    case .base: self = .base
    case .new: self = .new
    case .all: self = .all
    }
  }

  public static func < (left: TestClasses, right: TestClasses) -> Bool { left.place < right.place }

  private var place: Int { Self.allCases.firstIndex(of: self)! }

  /// As a heading: `new classes`.
  var title: String { self == .harmonic ? "harmonic mean of base and new" : "\(rawValue) classes" }

  /// As short as a picture needs it.
  var short: String { self == .harmonic ? "harmonic mean" : "\(rawValue) classes" }

  /// In a sentence after "tests".
  var inSentence: String {
    self == .harmonic ? "in the harmonic mean of base and new classes" : "on \(rawValue) classes"
  }
}
