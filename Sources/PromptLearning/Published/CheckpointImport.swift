import Basics
import CLIPModel
import Optimization
import Tensors

/// A checkpoint on its way to a learned prompt: what must hold before it is one.
struct CheckpointImport {
  let checkpoint: PublishedCheckpoint
  let backbone: Backbone
  /// The user's; nil if none were given.
  let classNames: [String]?

  private var path: String { checkpoint.path }

  /// The structure with the options that the shapes tell.
  ///
  /// - Throws: a usage ``Failure`` if the user said otherwise; ``Failure`` for a value that the option does not take.
  func fitted<Structure: PromptStructure>(_ structure: Structure, given: PluginSpecification) throws -> Structure {
    guard let published = structure as? any HasPublishedCheckpoint,
      let fitted = try published.fitted(to: checkpoint) as? Structure
    else { return structure }
    for (name, _) in given.options {
      guard let option = Structure.Options.all.first(where: { $0.name == name }) else { continue }
      let (wanted, found) = (option.read(structure.options), option.read(fitted.options))
      guard wanted == found || wanted == "auto" else {
        throw Failure.usage("\(path): \(name) is \(found) in this file, not \(wanted)")
      }
    }
    do {
      return try Structure.make(fitted.specification)
    } catch let failure as Failure {
      throw Failure("\(path): \(failure.description)")
    }
  }

  /// The learned tensors of a structure.
  ///
  /// - Throws: ``Failure`` naming a tensor that is missing, does not belong here, has the wrong shape or is not finite; a usage
  ///   ``Failure`` where class names are missing or of no use.
  func parameters(of structure: any PromptStructure) throws -> ParameterSet {
    let context = try context(classNames ?? ["object"])
    var stream = RandomStream(name: "shapes only")
    let expected = try structure.initialParameterSet(context, from: &stream)
    guard !expected.names.isEmpty else {
      throw Failure.usage("\(type(of: structure).name) learns nothing, so no checkpoint holds its prompts")
    }
    try requireNothingElse(expected.names, structure)
    var tensors: [String: Tensor] = [:]
    for name in expected.names {
      let published = checkpoint.name(of: LearnedTensor(name))
      guard checkpoint.shape(published) != nil else { throw checkpoint.missing(published) }
      tensors[name] = try checkpoint.tensor(published)
    }
    try requireClasses(tensors, structure, context)
    for name in expected.names {
      let (found, wanted) = (tensors[name]!, expected[name]!.shape)
      let published = checkpoint.name(of: LearnedTensor(name))
      if let classNames, let count = found.shape.first, found.shape.dropFirst() == wanted.dropFirst(),
        wanted.first == classNames.count, count != classNames.count
      {
        throw Failure.usage(
          "\(path): there are prompts of \(count) classes in it, and \(classNames.count) names are given")
      }
      guard found.shape == wanted else {
        throw Failure(
          "\(path): the tensor \(published) has the shape \(found.shape), \(structure.shortSpecification.text) on the backbone "
            + "\(backbone.name) has \(wanted) there")
      }
      guard found.isFinite else { throw Failure("\(path): the tensor \(published) holds NaN or infinity") }
    }
    try requireConstants(structure, context)
    return ParameterSet(tensors)
  }

  /// A context for shapes. Where the backbone has no tokenizer each text is one token: no shape depends on it.
  private func context(_ names: [String]) throws -> PromptContext {
    let size = backbone.configuration.imageSize
    let context =
      backbone.tokenizer == nil
      ? try PromptContext(weights: backbone.weights, classNames: names, template: "{}") { _ in [0] }
      : try PromptContext(backbone: backbone, classNames: names, template: "{}")
    return context.with(sampleImages: { Tensor(shape: [1, 3, size, size], repeating: 0) })
  }

  private func requireNothingElse(_ learned: [String], _ structure: any PromptStructure) throws {
    let known = Set(learned.map { checkpoint.name(of: LearnedTensor($0)) })
    let published = type(of: structure) as? any HasPublishedCheckpoint.Type
    for name in checkpoint.names where !known.contains(name) {
      guard published?.isPublishedConstant(name) == true else {
        throw Failure(
          "\(path): \(Spelling.quoted(name)) is nothing that \(structure.shortSpecification.text) learns; is it the checkpoint of "
            + "another method, or are the options other ones?")
      }
    }
  }

  private func requireClasses(
    _ tensors: [String: Tensor], _ structure: any PromptStructure, _ context: PromptContext
  ) throws {
    let embed = context.configuration.embedDimension
    let input = PromptInput(parameters: ParameterSet(tensors).constants(), context: context) {
      Variable(Tensor(shape: [1, embed], repeating: 0))
    }
    let areOfClasses = try structure.prompts(input).areOfClasses
    if areOfClasses, classNames == nil {
      let shapes = tensors.sorted { $0.key < $1.key }.map { "\($0.value.shape)" }
      throw Failure.usage(
        "\(path): each class has prompts of its own (\(shapes.prefix(3).joined(separator: ", "))), so the names of the classes are "
          + "needed, in label order")
    }
    if !areOfClasses, classNames != nil {
      throw Failure.usage("\(path): any class can have these prompts, so no class names belong to them")
    }
  }

  /// Tells by constants in the file whether it belongs to another model.
  private func requireConstants(_ structure: any PromptStructure, _ context: PromptContext) throws {
    guard backbone.tokenizer != nil, let structure = structure as? any HasPublishedCheckpoint else { return }
    for (name, expected) in try structure.publishedConstants(context).sorted(by: { $0.key < $1.key }) {
      guard checkpoint.shape(name) != nil else { continue }
      guard Self.agree(try checkpoint.tensor(name), expected) else {
        throw Failure(
          "\(path): \(name) is not what the backbone \(backbone.name) has there: the prompts were learned on another one, or with "
            + "other words before the class name (options words and initialization of --method)")
      }
    }
  }

  /// Whether two tensors are equal, or the first rows of each class are, to half precision.
  private static func agree(_ found: Tensor, _ expected: Tensor) -> Bool {
    let expectedElements = expected.elements
    let tolerance = 1e-3 * (expectedElements.map(abs).max() ?? 0)
    func areNear(_ some: ArraySlice<Float>) -> Bool {
      zip(some, expectedElements).allSatisfy { abs($0 - $1) <= tolerance }
    }
    let elements = found.elements
    if found.shape == expected.shape { return areNear(elements[...]) }
    guard found.shape.count == 3, expected.shape.count == 2, found.columns == expected.columns,
      found.shape[1] >= expected.shape[0]
    else { return false }
    let classSize = found.shape[1] * found.columns
    return (0..<found.shape[0]).allSatisfy {
      areNear(elements[$0 * classSize..<$0 * classSize + expected.count])
    }
  }
}
