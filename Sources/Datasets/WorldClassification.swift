import Basics
import EmbeddedWorld

/// A task of the embedded world; its pictures are drawn when they are asked for, those of training without limit.
public struct WorldClassification: ClassificationTask {
  /// Pictures in a test or validation set, spread evenly over the classes (rounded up).
  public static let evaluationCount = 480
  /// Pictures of a class in a test or validation set even when the task has so many classes that the set gets larger.
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
  /// The task's own, in the words of plain pictures.
  public var template: String { task.template }
  /// The template in the words of the task's domain; nil for plain pictures.
  public var domainTemplate: String? { task.domain == .plain ? nil : task.domainTemplate }

  /// `shots` pictures of each class, drawn from the seed.
  ///
  /// - Throws: a usage ``Failure`` without a number of shots: there is no end of pictures.
  public func trainingSet(shots: Int?, seed: UInt64) throws -> ImageSet {
    guard let shots else {
      throw Failure.usage("\(name) has no end of training pictures: say how many of each class, as in --shots 16")
    }
    try requireShots(shots)
    return drawn(.train, seed: seed, perClass: shots)
  }

  /// As many pictures as the test set has, drawn from the seed; never a picture of training or test.
  public func validationSet(seed: UInt64) -> ImageSet? {
    drawn(.validation, seed: seed, perClass: evaluationPerClass)
  }

  /// ``evaluationCount`` pictures, drawn from ``testSeed``.
  public func testSet() -> ImageSet {
    drawn(.test, seed: Self.testSeed, perClass: evaluationPerClass)
  }

  private var evaluationPerClass: Int {
    max(Self.leastEvaluationPerClass, (Self.evaluationCount + classNames.count - 1) / classNames.count)
  }

  private func drawn(_ split: Split, seed: UInt64, perClass: Int) -> ImageSet {
    let labels = classNames.indices.flatMap { repeatElement($0, count: perClass) }
    let names = labels.indices.map { index in
      "\(name), \(split.rawValue) picture \(index % perClass) of \(classNames[labels[index]]) from seed \(seed)"
    }
    return ImageSet(labels: labels, names: names) { [task] index in
      task.sample(split: split, seed: seed, label: labels[index], index: index % perClass)
    }
  }
}
