/// Pictures of named classes to learn from and to be tested on.
public protocol ClassificationTask: Sendable {
  /// The name on the command line, as in `world:shapes@sketch` or `folder:/data/pets`; ``Tasks/named(_:)`` finds it.
  var name: String { get }
  /// The name of every class, in label order.
  var classNames: [String] { get }
  /// The plain hand-written template, `{}` standing for the class name.
  var template: String { get }
  /// The template of somebody who knows the style of the pictures ("a sketch of a {}."), where they have one.
  var domainTemplate: String? { get }
  /// What a user should know about the data, a line each: what was left out, what was decided for them.
  var notes: [String] { get }

  /// Pictures to learn from, class by class.
  ///
  /// Fewer shots of a seed are among its more shots.
  ///
  /// - Parameters:
  ///   - shots: pictures of each class, nil for all there are.
  ///   - seed: decides which.
  /// - Throws: a ``Failure`` when there are not that many.
  func trainingSet(shots: Int?, seed: UInt64) throws -> ImageSet
  /// Pictures to choose settings with, apart from those of training and test; nil if the task has none.
  func validationSet(seed: UInt64) throws -> ImageSet?
  /// The pictures to be tested on, always the same.
  func testSet() throws -> ImageSet
}

extension ClassificationTask {
  /// Nothing to know.
  public var notes: [String] { [] }
}
