import Basics
import CLIPModel
import Foundation
import Optimization
import PromptLearning
import Tensors

/// A structure on a toy backbone with parameters near its start, a little away from it: what begins at exactly zero has hidden
/// effects.
struct StructureTrial<Structure: PromptStructure> {
  private let structure: Structure
  private let toy: ToyBackbone
  private let context: PromptContext
  private let parameters: ParameterSet
  private let all = Array(0..<ToyBackbone.imageCount)

  init(_ structure: Structure, on toy: ToyBackbone) throws {
    (self.structure, self.toy) = (structure, toy)
    context = try toy.context()
    var stream = Self.seed(1)
    let start = try structure.initialParameterSet(context, from: &stream)
    var noise = RandomStream(name: "conformance-noise")
    var moved: [String: Tensor] = [:]
    for name in start.names {
      let tensor = start[name]!
      let size = (tensor.elements.reduce(0) { $0 + Double($1 * $1) } / Double(max(1, tensor.count))).squareRoot()
      let away = noise.normals(tensor.count, deviation: max(0.3 * size, 0.01))
      moved[name] = Tensor(shape: tensor.shape, zip(tensor.elements, away).map { $0 + $1 })
    }
    parameters = ParameterSet(moved)
  }

  private static func seed(_ seed: UInt64) -> RandomStream {
    RandomStream(purpose: "initial-prompts", task: "conformance", seed: seed)
  }

  // MARK: What the structure computes

  /// The prompts of some images, and whether the structure asked for their features.
  private func prompts(of images: [Int]) throws -> (prompts: Prompts, asksForImages: Bool) {
    var asked = false
    let prompts = try structure.prompts(
      PromptInput(parameters: parameters.constants(), context: context) {
        asked = true
        return toy.imageFeatures(images)
      })
    return (prompts, asked)
  }

  private func logits(
    _ structure: Structure, _ parameters: [String: Variable], of images: [Int], in context: PromptContext? = nil
  ) throws -> Variable {
    let model = try PromptedCLIP(
      model: toy.model, structure: structure, context: context ?? self.context,
      parameters: ParameterSet(parameters.mapValues(\.value)))
    return try model(.pixels(toy.images(images)), parameters: parameters).logits
  }

  private func logits(of images: [Int]) throws -> Tensor {
    try logits(structure, parameters.constants(), of: images).value
  }

  // MARK: Requirements

  /// What does not fit the backbone.
  func misfits() throws -> [String] {
    let wrong = parameters.names.filter { !parameters[$0]!.isFinite || parameters[$0]!.count == 0 }
    guard wrong.isEmpty else { return wrong.map { "the parameter \($0) is empty or not finite at the start" } }
    for images in [all, [0]] {
      let validity = PromptValidity(
        toy.weights.configuration, classes: context.classNames.count, images: images.count)
      let mistakes = validity.mistakes(in: try prompts(of: images).prompts)
      guard mistakes.isEmpty else { return mistakes }
      let logits = try logits(of: images)
      if logits.shape != [images.count, context.classNames.count] || !logits.isFinite {
        return ["the logits of \(images.count) images have the shape \(logits.shape) or are not finite"]
      }
    }
    return []
  }

  /// Where a structure that the specification names again is another one.
  func differences(fromReadBack again: Structure) throws -> [String] {
    var stream = Self.seed(1)
    let read = try again.initialParameterSet(context, from: &stream)
    guard read.names == parameters.names, read.names.allSatisfy({ read[$0]!.shape == parameters[$0]!.shape }) else {
      return ["read back, the structure has other parameters: is an option missing from Options.all?"]
    }
    return try logits(again, parameters.constants(), of: all).value == logits(of: all)
      ? [] : ["read back, the structure gives other logits: is an option missing from Options.all?"]
  }

  /// Whether prompts that depend on the image are of scope `perImage`, and only these.
  func imageMistakes() throws -> [String] {
    let each = try all.map { try prompts(of: [$0]) }
    let (asks, areOfImages) = (each[0].asksForImages, each[0].prompts.areOfImages)
    if asks, !areOfImages {
      return ["prompts are made of image features but are not of scope perImage: all images would share those of one"]
    }
    let first = each[0].prompts.numbers
    return areOfImages && each.allSatisfy { $0.prompts.numbers == first }
      ? ["prompts are of scope perImage, but those of all images are the same"] : []
  }

  /// Whether the seed decides the start.
  func seedMistakes(startsAtRandom: Bool) throws -> [String] {
    func start(_ seed: UInt64) throws -> ParameterSet {
      var stream = Self.seed(seed)
      return try structure.initialParameterSet(context, from: &stream)
    }
    let (first, same, other) = (try start(1), try start(1), try start(2))
    guard first == same else { return ["the same seed gives other parameters the second time"] }
    if startsAtRandom, first == other, first.count > 0 {
      return ["two seeds give the same parameters (where nothing is drawn, say startsAtRandom: false)"]
    }
    if !startsAtRandom, first != other { return ["two seeds give other parameters in spite of startsAtRandom: false"] }
    return []
  }

  /// Whether a new structure with parameters from a file computes the same, bit for bit.
  func fileMistakes() throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-conformance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("prompt.safetensors").path
    try LearnedPrompt(
      structure: structure, parameters: parameters, backbone: "toy", backboneChecksum: "", classNames: nil
    ).write(to: path)
    let read = try LearnedPrompt(path: path, registry: PluginRegistry(structures: [Structure.self])).parameters
    let restored = try logits(Structure(options: structure.options), read.constants(), of: all).value
    return restored == (try logits(of: all))
      ? []
      : ["a new structure with the parameters of a file gives other logits: what it computes is not all there"]
  }

  /// Where gradients disagree with differences.
  func gradientMistakes(mayLackGradient: (String) -> Bool) throws -> [String] {
    guard parameters.count > 0 else { return [] }
    let tensors = Dictionary(uniqueKeysWithValues: parameters.names.map { ($0, parameters[$0]!) })
    return try GradientDifferences(of: { try logits(structure, $0, of: all) }, at: tensors)
      .mistakes(mayLackGradient: mayLackGradient)
  }

  /// Where classes in another order get other logits.
  func classOrderMistakes() throws -> [String] {
    let names = context.classNames
    let order = names.indices.map { ($0 * 5 + 3) % names.count }
    let areOfClasses = try prompts(of: [0]).prompts.areOfClasses
    let permuted = parameters.constants().mapValues { parameter in
      guard areOfClasses, parameter.shape.first == names.count else { return parameter }
      return parameter.reshaped([names.count, parameter.value.count / names.count]).gatheringRows(order)
        .reshaped(parameter.shape)
    }
    let expected = try logits(of: all).gatheringColumns(order)
    let found = try logits(
      structure, permuted, of: all, in: toy.context(classNames: order.map { names[$0] }))
    return found.value.isClose(to: expected)
      ? []
      : [
        "with the classes in another order (and parameters of a class with it, where prompts are of scope perClass), "
          + "a class gets other logits"
      ]
  }

  /// Where an image alone gets other logits than among others.
  func batchMistakes() throws -> [String] {
    let together = try logits(of: all)
    let apart = try all.filter { try !logits(of: [$0]).isClose(to: together.rows($0..<$0 + 1)) }
    return apart.isEmpty ? [] : ["an image gets other logits alone than in a batch (images \(apart))"]
  }
}

extension Prompts {
  /// Everything that enters the encoders, as numbers and tokens in one order.
  fileprivate var numbers: [[Float]] {
    let layers = texts.flatMap(\.layers) + (vision?.layers ?? [])
    let tensors = layers.flatMap(\.variables)
    let rows = texts.flatMap(\.sequences).map { sequence in
      sequence.map { row in
        switch row {
        case .token(let token): Float(token)
        case .prompt(let prompt): Float(-1 - prompt)
        }
      }
    }
    return rows + tensors.map(\.value.elements)
  }
}

extension Tensor {
  /// Whether all elements are the same to rounding, within 1e-4 · max(1, |x|).
  func isClose(to other: Tensor) -> Bool {
    shape == other.shape
      && zip(elements, other.elements).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) }
  }

  /// The columns of a matrix with the given indices.
  func gatheringColumns(_ indices: [Int]) -> Tensor {
    Variable(transposed).gatheringRows(indices).value.transposed
  }
}
