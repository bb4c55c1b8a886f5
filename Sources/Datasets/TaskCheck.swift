import Basics
import Foundation

/// What is there of a task, and what is missing.
public struct TaskCheck: Codable, Equatable, Sendable {
  /// How many classes and images there are; nil where that is not known, or where there are none of a kind.
  public struct Counts: Codable, Equatable, Sendable {
    /// Classes.
    public var classes: Int?
    /// Images to learn from.
    public var training: Int?
    /// Images to choose settings with.
    public var validation: Int?
    /// Images to be tested on.
    public var test: Int?

    /// The given numbers.
    public init(classes: Int? = nil, training: Int? = nil, validation: Int? = nil, test: Int? = nil) {
      (self.classes, self.training, self.validation, self.test) = (classes, training, validation, test)
    }
  }

  /// A file or folder that has to be there.
  public struct Part: Codable, Equatable, Sendable {
    /// Which.
    public let path: String
    /// What it is, and where it comes from.
    public let about: String
    /// Whether it is there.
    public let isThere: Bool
  }

  /// The task's name.
  public let task: String
  /// The folder that the parts lie in; nil for a task that has none.
  public var folder: String?
  /// The published reader that the layout is taken from; nil for a task of no published data.
  public var reader: String?
  /// What has to lie there.
  public var parts: [Part] = []
  /// What the published data have; nil for a task of no published data.
  public var expected: Counts?
  /// What was found; nil where it cannot be read.
  public var found: Counts?
  /// What is wrong with what is there.
  public var mistake: String?
  /// How many images are listed and not there, or cannot be read.
  public var missingImages = 0
  /// The first of them, at most ten.
  public var firstMissing: [String] = []

  /// Whether all that the task needs is there.
  public var isComplete: Bool { mistake == nil && missingImages == 0 && parts.allSatisfy(\.isThere) }

  /// A task that was read.
  public init(_ task: any ClassificationTask) throws {
    self.task = task.name
    try count(task)
  }

  /// A published data set.
  init(_ dataset: DasslDataset, root: String) throws {
    task = dataset.name
    let folder = "\(root)/\(dataset.folder)"
    (self.folder, reader, expected) = (folder, dataset.reader, dataset.expected)
    parts = dataset.layout.parts.map {
      Part(path: $0.isFolder ? "\($0.path)/" : $0.path, about: $0.about, isThere: $0.isThere(in: folder))
    }
    guard parts.allSatisfy(\.isThere) else { return }
    do {
      try count(try DasslTask(dataset, root: root))
    } catch let failure as Failure {
      mistake = failure.description
    }
  }

  private mutating func count(_ task: any ClassificationTask) throws {
    // What has no end of images, or none, refuses to give all of them.
    let training = try? task.trainingSet(.all, seed: 1)
    let validation = try task.validationSet(seed: 1)
    let test = try task.testSet()
    found = Counts(
      classes: task.classNames.count, training: training?.count, validation: validation?.count, test: test.count)
    for set in [training, validation, test].compactMap({ $0 }) where set.areFiles {
      let missing = try Self.missing(set)
      missingImages += missing.count
      firstMissing += missing.prefix(max(0, 10 - firstMissing.count))
    }
  }

  /// The paths of images that are no readable files.
  private static func missing(_ set: ImageSet) throws -> [String] {
    let size = 4096
    return try Parallel.map((set.count + size - 1) / size) { piece in
      (piece * size..<min((piece + 1) * size, set.count)).map(set.name(at:)).filter { path in
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFREG || access(path, R_OK) != 0
      }
    }.flatMap { $0 }
  }
}
