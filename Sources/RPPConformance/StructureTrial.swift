import Basics
import CLIP
import Foundation
import PromptLearning
import Tensors

/// A structure on a toy backbone with parameters near its start, a little away from it: what begins at exactly zero has hidden
/// effects.
struct StructureTrial<Structure: PromptStructure> {
  private let structure: Structure
  private let toy: ToyBackbone
  private let context: PromptContext
  private let parameters: [String: Tensor]
  private let all = Array(0..<ToyBackbone.imageCount)

  init(_ structure: Structure, on toy: ToyBackbone) throws {
    (self.structure, self.toy) = (structure, toy)
    context = try toy.context()
    var stream = Self.seed(1)
    let start = try structure.initialParameters(context, from: &stream)
    var noise = RandomStream(name: "conformance-noise")
    parameters = Dictionary(
      uniqueKeysWithValues: start.sorted { $0.key < $1.key }.map { name, tensor in
        let size = (tensor.elements.reduce(0) { $0 + Double($1 * $1) } / Double(max(1, tensor.count))).squareRoot()
        let deviation = max(0.3 * size, 0.01)
        let moved = zip(tensor.elements, noise.normals(tensor.count, deviation: deviation)).map { $0 + $1 }
        return (name, Tensor(shape: tensor.shape, moved))
      })
  }

  private static func seed(_ seed: UInt64) -> RandomStream {
    RandomStream(purpose: "initial-prompts", task: "conformance", seed: seed)
  }

  // MARK: What the structure computes

  private func prompts(_ structure: Structure, imageFeatures: Variable?) throws -> Prompts {
    try structure.prompts(
      PromptInput(
        parameters: parameters.mapValues { Variable($0) }, context: context, imageFeatures: imageFeatures))
  }

  private func logits(
    _ structure: Structure, _ parameters: [String: Variable], of images: [Int], in context: PromptContext? = nil
  ) throws -> Variable {
    let model = PromptedCLIP(model: toy.model, structure: structure, context: context ?? self.context)
    return try model(.pixels(toy.images(images)), parameters: parameters).logits
  }

  private func logits(of images: [Int]) throws -> Tensor {
    try logits(structure, parameters.mapValues { Variable($0) }, of: images).value
  }

  // MARK: Requirements

  /// What does not fit the backbone.
  func misfits() throws -> [String] {
    let wrong = parameters.keys.sorted().filter { !parameters[$0]!.isFinite || parameters[$0]!.count == 0 }
    guard wrong.isEmpty else { return wrong.map { "the parameter \($0) is empty or not finite at the start" } }
    for images in [all, [0]] {
      let features = structure.dependsOnImage ? toy.imageFeatures(images) : nil
      let validity = PromptValidity(
        toy.weights.configuration, classes: context.classNames.count, images: images.count)
      let mistakes = validity.mistakes(in: try prompts(structure, imageFeatures: features))
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
    let shapes = try again.initialParameters(context, from: &stream).mapValues(\.shape)
    guard shapes == parameters.mapValues(\.shape) else {
      return ["read back, the structure has other parameters: is an option missing from Options.all?"]
    }
    return try logits(again, parameters.mapValues { Variable($0) }, of: all).value == logits(of: all)
      ? [] : ["read back, the structure gives other logits: is an option missing from Options.all?"]
  }

  /// Whether `promptsVision` is true to the prompts.
  func visionMistakes() throws -> [String] {
    let features = structure.dependsOnImage ? toy.imageFeatures(all) : nil
    let hasVision = try prompts(structure, imageFeatures: features).vision != nil
    guard hasVision != structure.promptsVision else { return [] }
    return [
      hasVision
        ? "promptsVision is false, but there are vision prompts: they would be left out in training"
        : "promptsVision is true, but there are no vision prompts: image features would be computed in every step"
    ]
  }

  /// Whether `dependsOnImage` is true to the prompts.
  func imageMistakes() throws -> [String] {
    let each = try all.map { try prompts(structure, imageFeatures: toy.imageFeatures([$0])).numbers }
    let differ = each.contains { $0 != each[0] }
    guard differ != structure.dependsOnImage else { return [] }
    return [
      differ
        ? "dependsOnImage is false, but the prompts depend on image features: they would get none"
        : "dependsOnImage is true, but the prompts of all images are the same"
    ]
  }

  /// Whether the seed decides the start.
  func seedMistakes(startsAtRandom: Bool) throws -> [String] {
    func start(_ seed: UInt64) throws -> [String: Tensor] {
      var stream = Self.seed(seed)
      return try structure.initialParameters(context, from: &stream)
    }
    let (first, same, other) = (try start(1), try start(1), try start(2))
    guard first == same else { return ["the same seed gives other parameters the second time"] }
    if startsAtRandom, first == other, !first.isEmpty {
      return ["two seeds give the same parameters (where nothing is drawn, say startsAtRandom: false)"]
    }
    if !startsAtRandom, first != other { return ["two seeds give other parameters in spite of startsAtRandom: false"] }
    return []
  }

  /// Whether a new structure with parameters from a file computes the same, bit for bit.
  func checkpointMistakes() throws -> [String] {
    let recipe = Structure.publishedRecipe ?? .published(learningRate: 0.002, batchSize: 4, epochs: 1)
    let configuration = RunConfiguration(
      task: "conformance", classNames: [], classes: .all, shots: nil, seed: 1, backbone: "toy", backboneChecksum: "",
      structure: structure.specification.text, supervision: "hard-label", recipe: recipe, validateEvery: 0)
    func state(_ parameters: [String: Tensor]) -> TrainingState {
      TrainingState(parameters: .init(parameters), optimizer: recipe.optimizer.configuration)
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-conformance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("checkpoint.safetensors").path
    try state(parameters).write(to: path, configuration)
    let empty = parameters.mapValues { Tensor(shape: $0.shape, repeating: 0) }
    let read = try TrainingState(path: path, of: configuration, like: state(empty)).parameters
    let restored = try logits(Structure(options: structure.options), read.variables(), of: all).value
    return restored == (try logits(of: all))
      ? []
      : ["a new structure with the parameters of a checkpoint gives other logits: what it computes is not all there"]
  }

  /// Where gradients disagree with differences.
  func gradientMistakes(mayLackGradient: (String) -> Bool) throws -> [String] {
    guard !parameters.isEmpty else { return [] }
    return try GradientDifferences(of: { try logits(structure, $0, of: all) }, at: parameters)
      .mistakes(mayLackGradient: mayLackGradient)
  }

  /// Where classes in another order get other logits.
  func classOrderMistakes() throws -> [String] {
    let names = context.classNames
    let order = names.indices.map { ($0 * 5 + 3) % names.count }
    let permuted = parameters.mapValues { tensor in
      guard structure.isClassSpecific, tensor.shape.first == names.count else { return tensor }
      let rows = Variable(tensor.reshaped([names.count, tensor.count / names.count])).gatheringRows(order)
      return rows.value.reshaped(tensor.shape)
    }
    let expected = try logits(of: all).gatheringColumns(order)
    let found = try logits(
      structure, permuted.mapValues { Variable($0) }, of: all, in: toy.context(classNames: order.map { names[$0] }))
    return found.value.isClose(to: expected)
      ? []
      : [
        "with the classes in another order (and parameters of a class with it, where isClassSpecific), "
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
