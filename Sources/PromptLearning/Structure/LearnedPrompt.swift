import Basics
import CLIPModel
import Foundation
import Optimization
import SafeTensors
import Tensors

/// What was learned: a method with its options, its tensors, and the backbone they belong to; the class names where each class
/// has prompts of its own. What a run leaves, what another run starts from, and what is evaluated on any task.
///
/// A file is a safetensors file with the learned tensors under their own names, in 32-bit floats, and these metadata:
/// - `format`: `rpp-prompt-1`,
/// - `method`: the structure with all of its options, as in `--structure`,
/// - `backbone`, `backboneChecksum`: what the backbone was called, without folders, and the identity of its weights,
/// - `classNames`: a JSON list, only for class-specific prompts,
/// - `run`: digests of the settings of the run that learned it, a JSON object, if a run did (see ``RunConfiguration/digests``),
/// - `checksum`: over all of the above.
public struct LearnedPrompt: Sendable {
  /// The method with its options.
  public let structure: any PromptStructure
  /// Its tensors.
  public let parameters: ParameterSet
  /// What the backbone was called.
  public let backbone: String
  /// The identity of the backbone's weights, see ``Backbone/checksum``.
  public let backboneChecksum: String
  /// The classes of class-specific prompts; nil for prompts that any class can have.
  public let classNames: [String]?
  /// Digests of the settings of the run that learned it, see ``RunConfiguration/digests``; nil if none did.
  public let run: [String: String]?

  private static let format = "rpp-prompt-1"

  /// A prompt of the given parts.
  public init(
    structure: any PromptStructure, parameters: ParameterSet, backbone: String, backboneChecksum: String,
    classNames: [String]?, run: [String: String]? = nil
  ) {
    self.structure = structure
    self.parameters = parameters
    self.backbone = backbone
    self.backboneChecksum = backboneChecksum
    self.classNames = classNames
    self.run = run
  }

  /// What tells its method, tensors and backbone from others.
  public var digest: String {
    let tensors = parameters.names.map { name in
      parameters[name]!.withElements { "\(name) \(parameters[name]!.shape) \(Checksum.of(UnsafeRawBufferPointer($0)))" }
    }
    return ContentHash(of: ([structure.specification.text, backboneChecksum] + tensors).joined(separator: "\n")).digits
  }

  /// Writes it: the whole file or nothing.
  ///
  /// - Throws: ``Failure`` if it cannot be written.
  public func write(to path: String) throws {
    var metadata = [
      "format": Self.format, "method": structure.specification.text, "backbone": backbone,
      "backboneChecksum": backboneChecksum,
    ]
    if let classNames { metadata["classNames"] = try JSONText.encode(classNames) }
    if let run { metadata["run"] = try JSONText.encode(run) }
    try SafeTensorsWriter.writeWithChecksum(
      to: path, tensors: parameters.names.map { SafeTensorsEntry($0, parameters[$0]!) }, metadata: metadata)
  }

  /// Reads what ``write(to:)`` wrote.
  ///
  /// - Throws: ``Failure`` if the file is damaged or no learned prompt, or its method is none of the registry's.
  public init(path: String, registry: PluginRegistry) throws {
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    let metadata = file.metadata
    guard metadata["format"] == Self.format, let method = metadata["method"], let backbone = metadata["backbone"],
      let checksum = metadata["backboneChecksum"]
    else {
      throw Failure("\(path) is no learned prompt of this version of RPP; rpp train writes one as final.safetensors")
    }
    do {
      structure = try registry.structure(method)
    } catch let failure as Failure {
      throw Failure("\(path): its method \(Spelling.quoted(method)) cannot be made here: \(failure)")
    }
    parameters = ParameterSet(
      Dictionary(
        uniqueKeysWithValues: try file.names.map { name in
          (name, try file.tensor(name, shape: try file.info(name).shape))
        }))
    self.backbone = backbone
    backboneChecksum = checksum
    classNames = try metadata["classNames"].map {
      try JSONText.decode([String].self, Data($0.utf8), origin: "\(path), classNames")
    }
    run = try metadata["run"].map {
      try JSONText.decode([String: String].self, Data($0.utf8), origin: "\(path), run")
    }
  }

  /// The prompted model for some classes.
  ///
  /// - Throws: ``Failure`` if the prompt was learned on another backbone, or its tensors are not those of its method; a usage
  ///   ``Failure`` if it belongs to other classes.
  public func model(
    on backbone: Backbone, classNames names: [String], template: String, domainTemplate: String? = nil
  ) throws -> PromptedCLIP {
    guard backbone.checksum == backboneChecksum else {
      throw Failure(
        "the prompt was learned on the backbone \(self.backbone), whose weights have the checksum \(backboneChecksum); those "
          + "of \(backbone.name) have \(backbone.checksum)")
    }
    if let classNames, classNames != names {
      throw Failure.usage(
        "the prompts were learned for each of the classes \(Self.list(classNames)) and say nothing of \(Self.list(names))"
      )
    }
    let context = try PromptContext(
      backbone: backbone, classNames: names, template: template, domainTemplate: domainTemplate)
    try requireTensors(on: backbone, context)
    return try PromptedCLIP(model: backbone.model, structure: structure, context: context, parameters: parameters)
  }

  /// - Throws: ``Failure`` naming a tensor that is missing, does not belong here or has the wrong shape.
  private func requireTensors(on backbone: Backbone, _ context: PromptContext) throws {
    var stream = RandomStream(name: "shapes only")
    let size = backbone.configuration.imageSize
    let expected = try structure.initialParameterSet(
      context.with(sampleImages: { Tensor(shape: [1, 3, size, size], repeating: 0) }), from: &stream)
    let method = type(of: structure).name
    for name in Set(expected.names).union(parameters.names).sorted() {
      switch (parameters[name]?.shape, expected[name]?.shape) {
      case (let found?, let wanted?) where found == wanted: continue
      case (let found?, let wanted?):
        throw Failure("the prompt's tensor \(name) has the shape \(found), \(method) has \(wanted) there")
      case (nil, _): throw Failure("the prompt has no tensor \(name), which \(method) learns")
      case (_, nil): throw Failure("the prompt has a tensor \(Spelling.quoted(name)), which \(method) does not learn")
      }
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " … (\(names.count))" : "")
  }
}
