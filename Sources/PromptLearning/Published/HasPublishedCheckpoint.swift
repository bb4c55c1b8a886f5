import Tensors

/// A structure whose published code writes checkpoints: the names under which these hold what it learns, and what else is in them.
///
/// Structures without it are imported and exported under their own names.
public protocol HasPublishedCheckpoint: PromptStructure {
  /// The names of other methods whose code writes the same, lower case as `promptsrc`.
  static var publishedAliases: [String] { get }

  /// The folder in which the published code looks for its checkpoints: what it calls the model that it registers.
  static var publishedFolder: String { get }

  /// The module of the published model that its code writes by itself, as `prompt_learner`; nil where it writes the whole model.
  static var publishedModule: String? { get }

  /// The published name of every tensor that this structure can learn, whatever its options.
  static var publishedNames: [LearnedTensor: String] { get }

  /// Whether a checkpoint may hold a tensor of this name besides: frozen weights, and what follows from the class names.
  static func isPublishedConstant(_ name: String) -> Bool

  /// This structure with those options changed that the shapes in a checkpoint tell.
  ///
  /// - Throws: ``Failure`` if a tensor that tells one is missing or of another form.
  func fitted(to checkpoint: PublishedCheckpoint) throws -> Self

  /// What constants of a checkpoint are on the frozen model that its prompts were learned on, by their names: whole tensors, or the
  /// first rows of each class. A file that has others belongs to another model, or to other options.
  func publishedConstants(_ context: PromptContext) throws -> [String: Tensor]
}

extension HasPublishedCheckpoint {
  /// None.
  public static var publishedAliases: [String] { [] }

  /// Nothing is known of them.
  public func publishedConstants(_ context: PromptContext) throws -> [String: Tensor] { [:] }
}
