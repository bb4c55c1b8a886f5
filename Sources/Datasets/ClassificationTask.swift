/// Images of named classes to learn from and to be tested on.
///
/// ``StoredTask`` is one of images that are there; a ``TaskSource`` makes tasks from their names on the command line.
public protocol ClassificationTask: Sendable {
  /// The name on the command line, as in `world:shapes@sketch` or `folder:/data/pets`.
  var name: String { get }
  /// The name of every class, in label order.
  var classNames: [String] { get }
  /// The plain hand-written template, `{}` standing for the class name.
  var template: String { get }
  /// The template of somebody who knows the style of the images ("a sketch of a {}."), where they have one.
  var domainTemplate: String? { get }
  /// What a user should know about the data, a line each: what was left out, what was decided for them.
  var notes: [String] { get }
  /// How many training images a run takes unless the user says otherwise.
  var defaultShots: Shots { get }
  /// Whether the images are those of the embedded world and the class names in its words, the only ones that the embedded
  /// backbones know.
  var isOfEmbeddedWorld: Bool { get }
  /// Where the data lie, for a name that leaves it open, see ``TaskRegistry/root``; nil for other tasks.
  var root: String? { get }
  /// The folder that all images lie in; nil where that is not known.
  var imageFolder: String? { get }

  /// Images to learn from.
  ///
  /// Of one seed, a smaller number of shots is a subset of a larger one, unless images are drawn as published code draws them.
  ///
  /// - Parameters:
  ///   - labels: the classes that images are drawn of; the images keep their labels.
  ///   - seed: decides which images.
  /// - Throws: a ``Failure`` when there are not that many, or the task is only tested on.
  func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) throws -> ImageSet
  /// Images to choose settings with, apart from those of training and test; nil if the task has none.
  func validationSet(seed: UInt64) throws -> ImageSet?
  /// The same beside so many training images; another choice only for tasks of published data, whose published code draws fewer of
  /// them beside fewer training images.
  func validationSet(_ shots: Shots, seed: UInt64) throws -> ImageSet?
  /// The images to be tested on, always the same.
  func testSet() throws -> ImageSet
}

extension ClassificationTask {
  public var domainTemplate: String? { nil }
  public var notes: [String] { [] }
  public var defaultShots: Shots { .all }
  public var isOfEmbeddedWorld: Bool { false }
  public var root: String? { nil }
  public var imageFolder: String? { nil }
  public func validationSet(_ shots: Shots, seed: UInt64) throws -> ImageSet? { try validationSet(seed: seed) }

  /// Images of all classes to learn from.
  public func trainingSet(_ shots: Shots, seed: UInt64) throws -> ImageSet {
    try trainingSet(shots, labels: classNames.indices, seed: seed)
  }
}
