/// The style of an image. All but ``inverted`` occur in the training of the embedded backbones.
public enum Domain: String, CaseIterable, Sendable {
  case plain, sketch, faint, blurry, occluded, inverted

  /// Position in `allCases`.
  public var index: Int {
    switch self {
    case .plain: 0
    case .sketch: 1
    case .faint: 2
    case .blurry: 3
    case .occluded: 4
    case .inverted: 5
    }
  }

  /// What captions call an image of this domain, the usual word (the one in a task's ``WorldTask/domainTemplate``) first.
  public var media: [String] {
    switch self {
    case .plain: ["a photo", "a picture", "an image"]
    case .sketch: ["a sketch", "a pencil sketch", "an outline"]
    case .faint: ["a faint photo", "a faint picture", "a pale image"]
    case .blurry: ["a blurry photo", "a blurry picture", "a blurred image"]
    case .occluded: ["an occluded photo", "an occluded picture", "a covered image"]
    case .inverted: ["an inverted photo", "an inverted picture", "a negative image"]
    }
  }
}
