import Basics

/// How many of a task's training images are learned from; a seed decides which.
public enum Shots: Equatable, Sendable {
  /// Every training image.
  case all
  /// A number of images of each class: few-shot learning.
  case perClass(Int)
  /// A number of images in all, drawn without regard to their classes: a sample of the task's own distribution.
  case inAll(Int)

  /// - Throws: a usage ``Failure`` unless there is something to learn from.
  func requireImages() throws {
    switch self {
    case .perClass(let count) where count < 1:
      throw Failure.usage("\(count) shots: learning needs at least 1 image of each class")
    case .inAll(let count) where count < 1: throw Failure.usage("\(count) images: learning needs at least 1")
    default: break
    }
  }
}

extension Shots: CustomStringConvertible {
  /// As in a report: "16 shots", "96 images", "all images".
  public var description: String {
    switch self {
    case .all: "all images"
    case .perClass(let count): count == 1 ? "1 shot" : "\(count) shots"
    case .inAll(let count): count == 1 ? "1 image" : "\(count) images"
    }
  }
}
