import Basics
import CLIPModel
import Foundation
import Optimization
import PyTorchFiles
import Tensors

extension LearnedPrompt {
  /// The prompt of a checkpoint that published code wrote with PyTorch, or that ``writeCheckpoint(to:)`` wrote.
  ///
  /// What the tensors' shapes say of the method's options is taken from them; what they do not say (where the class name stands, the
  /// words that prompts started from and those that stay) must be given with the method, if it is not as published.
  ///
  /// - Parameters:
  ///   - method: The text of a structure, as `coop:classTokenPosition=middle`; see ``PluginRegistry/method(_:)``.
  ///   - backbone: The one that it was learned on.
  ///   - classNames: The classes in label order, for prompts that each class has of its own; nil for others.
  /// - Throws: ``Failure`` naming the file and what is wrong in it; a usage ``Failure`` where method or class names do not fit it.
  public init(
    checkpoint path: String, method: String, backbone: Backbone, classNames: [String]? = nil, registry: PluginRegistry
  ) throws {
    let (structure, given) = try registry.method(method)
    let checkpoint = try PublishedCheckpoint(PyTorchFile(path: path), of: type(of: structure))
    let imported = CheckpointImport(checkpoint: checkpoint, backbone: backbone, classNames: classNames)
    let fitted = try imported.fitted(structure, given: given)
    self.init(
      structure: fitted, parameters: try imported.parameters(of: fitted),
      backbone: URL(fileURLWithPath: backbone.name).lastPathComponent,
      backboneChecksum: backbone.checksum, classNames: classNames)
  }

  /// Writes a checkpoint that `torch.load` reads: the tensors in a `state_dict`, under the names of the published code, else their own.
  ///
  /// - Throws: ``Failure`` if nothing is learned, or it cannot be written.
  public func writeCheckpoint(to path: String) throws {
    guard !parameters.names.isEmpty else {
      throw Failure("\(type(of: structure).name) learns nothing, so there is no tensor to export")
    }
    try PyTorchWriter.write(
      to: path, stateDict: parameters.names.map { PyTorchTensor(publishedName(of: $0), parameters[$0]!) })
  }

  /// The folder in which the method's published code looks for its checkpoints; nil where none was published, so that
  /// ``writeCheckpoint(to:)`` uses RPP's own names.
  public var publishedFolder: String? { published?.publishedFolder }

  private var published: (any HasPublishedCheckpoint.Type)? {
    type(of: structure) as? any HasPublishedCheckpoint.Type
  }

  private func publishedName(of name: String) -> String { published?.publishedNames[LearnedTensor(name)] ?? name }
}
