import Basics
import EmbeddedWorld

/// A task of the embedded world; its images are drawn when they are asked for, those of training without limit.
public struct WorldClassification: ClassificationTask {
  /// Images in a test or validation set, spread evenly over the classes (rounded up).
  public static let evaluationCount = 480
  /// Images of a class in a test or validation set even when the task has so many classes that the set gets larger.
  public static let leastEvaluationPerClass = 5
  /// The seed from which every test set is drawn.
  public static let testSeed: UInt64 = 0

  /// The task that draws.
  public let task: WorldTask

  /// The given task of the embedded world.
  public init(_ task: WorldTask) {
    self.task = task
  }

  /// `world:` and the question, with the domain if it is not the plain one.
  public var name: String { task.name }
  /// The task's own.
  public var classNames: [String] { task.classNames }
  /// The task's own, in the words of plain images.
  public var template: String { task.template }
  /// The template in the words of the task's domain; nil for plain images.
  public var domainTemplate: String? { task.domain == .plain ? nil : task.domainTemplate }

  /// 16 of each class: there is no end of images.
  public var defaultShots: Shots { .perClass(16) }
  public var isOfEmbeddedWorld: Bool { true }

  /// Images drawn from the seed: so many of each class, or so many in all, each of a class drawn uniformly, independent and
  /// identically distributed.
  ///
  /// - Throws: a usage ``Failure`` for all of them: there is no end of images.
  public func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) throws -> ImageSet {
    try shots.requireImages()
    switch shots {
    case .all:
      throw Failure.usage(
        "\(name) has no end of training images: say how many of each class, as in --shots 16, or in all, as in --images 96"
      )
    case .perClass(let count): return drawn(.train, seed: seed, labels: labels, perClass: count)
    case .inAll(let count):
      var stream = RandomStream(purpose: "labels", task: name, seed: seed)
      let drawn = (0..<count).map { _ in labels.lowerBound + stream.below(labels.count) }
      var counts = Array(repeating: 0, count: classNames.count)
      let numbers = drawn.map { label in
        defer { counts[label] += 1 }
        return counts[label]
      }
      return images(.train, seed: seed, labels: drawn) { numbers[$0] }
    }
  }

  /// As many images as the test set has, drawn from the seed; never an image of training or test.
  public func validationSet(seed: UInt64) -> ImageSet? {
    drawn(.validation, seed: seed, labels: classNames.indices, perClass: evaluationPerClass)
  }

  /// ``evaluationCount`` images, drawn from ``testSeed``.
  public func testSet() -> ImageSet {
    drawn(.test, seed: Self.testSeed, labels: classNames.indices, perClass: evaluationPerClass)
  }

  private var evaluationPerClass: Int {
    max(Self.leastEvaluationPerClass, (Self.evaluationCount + classNames.count - 1) / classNames.count)
  }

  private func drawn(_ split: Split, seed: UInt64, labels: Range<Int>, perClass: Int) -> ImageSet {
    images(split, seed: seed, labels: labels.flatMap { repeatElement($0, count: perClass) }) { $0 % perClass }
  }

  /// Images of the given labels, each with its number among those of its class.
  private func images(
    _ split: Split, seed: UInt64, labels: [Int], number: @escaping @Sendable (Int) -> Int
  ) -> ImageSet {
    let (name, classNames) = (name, classNames)
    return ImageSet(
      labels: labels,
      name: { index in
        "\(name), \(split.rawValue) image \(number(index)) of \(classNames[labels[index]]) from seed \(seed)"
      },
      load: { [task] index in task.sample(split: split, seed: seed, label: labels[index], index: number(index)) })
  }
}
