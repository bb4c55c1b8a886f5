import Basics
import CLIPModel
import EmbeddedWorld
import Foundation
import Optimization
import SafeTensors
import Tensors
import Tokenization

/// Trains a CLIP from scratch on captions of the embedded world.
///
/// The loss is contrastive, with every caption that is true of an image counting as a positive, plus a classifier of the
/// image's attributes on the image encoder's output before its projection, whose weight fades to 0.
public struct BackboneTrainer {
  /// How it is trained.
  public let recipe: BackboneRecipe
  /// The model's sizes.
  public let configuration: CLIPConfiguration
  /// Learned from the captions.
  public let tokenizer: BytePairTokenizer
  /// How images enter the model.
  public let preprocessing: ImagePreprocessing
  /// What was learned so far, heads of the auxiliary classifier included.
  public private(set) var parameters: ParameterSet
  /// The optimiser, which counts the steps.
  public private(set) var optimizer: Optimizer
  /// The mean loss of every ``lossInterval`` steps so far.
  public private(set) var losses: [Float] = []
  /// In which arithmetic the steps so far were computed.
  public private(set) var arithmeticHistory = ArithmeticHistory()
  private let world: CaptionedScenes
  private var running: Float = 0
  private let arithmetic: Arithmetic

  /// Steps that one entry of ``losses`` is the mean of.
  public static let lossInterval = 100

  /// A trainer before its first step.
  ///
  /// - Parameter merges: The tokenizer's merges, see ``learnMerges(seed:)``.
  public init(_ recipe: BackboneRecipe, merges: [(String, String)]) throws {
    self.recipe = recipe
    tokenizer = try BytePairTokenizer(merges: merges)
    configuration = CLIPConfiguration(
      text: recipe.text, vision: recipe.vision, embedDimension: recipe.embedDimension,
      contextLength: recipe.contextLength, vocabularySize: tokenizer.vocabularySize, patchSize: recipe.patchSize,
      imageSize: Scene.side, activation: .quickGELU)
    preprocessing = ImagePreprocessing(size: Scene.side, mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25])
    // Of the weights before the first step, which are those of every process that goes on with this training.
    let initial = try Backbone(
      name: "step 0", weights: BackboneWeights(random: configuration, seed: recipe.seed), tokenizer: tokenizer,
      preprocessing: preprocessing)
    arithmetic = Arithmetic(of: initial)
    _ = arithmeticHistory.goOn(in: arithmetic, at: 0)
    var tensors = initial.weights.tensors
    for (name, classes) in zip(Scene.attributeNames, Scene.attributeCardinalities) {
      tensors[Self.headName(name)] = Tensor(shape: [classes, recipe.vision.width], repeating: 0)
    }
    parameters = ParameterSet(tensors)
    optimizer = Optimizer(.adamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: recipe.weightDecay))
    world = CaptionedScenes(seed: recipe.seed)
  }

  /// Byte-pair merges that make every word of the world one token.
  public static func learnMerges(seed: UInt64) -> [(String, String)] {
    MergesLearner.learnMerges(
      from: CaptionedScenes(seed: seed, purpose: "merges").vocabularyTexts(count: 20_000), count: 2000)
  }

  /// Whether all steps were made.
  public var isFinished: Bool { optimizer.stepCount >= recipe.steps }

  /// The weights so far.
  public var weights: BackboneWeights {
    get throws {
      let names = configuration.weightShapes.map(\.name)
      return try BackboneWeights(
        configuration, tensors: Dictionary(uniqueKeysWithValues: names.map { ($0, parameters[$0]!) }),
        origin: "step \(optimizer.stepCount)")
    }
  }

  /// Makes the next step.
  ///
  /// - Returns: The loss before it.
  /// - Throws: ``Failure`` if the loss or its gradient is not finite.
  public mutating func step() throws -> Float {
    let step = optimizer.stepCount
    let batch = CaptionedBatch(
      step: step, size: recipe.batchSize, from: world, tokenizer: tokenizer, preprocessing: preprocessing)
    let found: LossAndGradients
    do {
      found = try lossAndGradients(at: parameters) {
        try loss(of: batch, $0, auxiliaryWeight: recipe.auxiliaryWeight(step: step))
      }
    } catch let error as NonFiniteLoss {
      // Otherwise the weights, and a checkpoint of them, would be lost before the next loss shows it.
      throw Failure("\(error) at step \(step); a lower learning rate than \(recipe.peakRate) would help")
    }
    let shapes = parameters
    let norm = GradientClipping.norm(of: found.gradients)
    let factor = GradientClipping.factor(norm: norm, largest: recipe.clipping)
    optimizer.step(
      &parameters, gradients: found.gradients.mapValues { $0.scaled(by: factor) }, rate: recipe.rate(step: step),
      decays: { (shapes[$0]?.shape.count ?? 0) >= 2 })
    limitLogitScale()
    running += found.loss
    if optimizer.stepCount % Self.lossInterval == 0 {
      losses.append(running / Float(Self.lossInterval))
      running = 0
    }
    return found.loss
  }

  /// CLIP never scales logits by more than 100.
  private mutating func limitLogitScale() {
    parameters["logit_scale"]!.withMutableElements { $0[0] = min($0[0], Float(log(100.0))) }
  }

  private func loss(
    of batch: CaptionedBatch, _ variables: [String: Variable], auxiliaryWeight: Float
  ) throws -> Variable {
    let model = CLIP(configuration) { variables[$0]! }
    let hidden = model.imageHidden(batch.images)
    let images = model.imageFeatures(hidden: hidden).rowsNormalized()
    let texts = try model.textFeatures(TextPrompts(tokens: batch.tokens)).rowsNormalized()
    let contrastive =
      model.logits(images: images, texts: texts).softmaxCrossEntropy(targets: batch.captionTargets)
      + model.logits(images: texts, texts: images).softmaxCrossEntropy(targets: batch.imageTargets)
    guard auxiliaryWeight > 0 else { return contrastive * 0.5 }
    return Scene.attributeNames.enumerated().reduce(contrastive * 0.5) { sum, attribute in
      let labelled = batch.attributes.indices.filter { batch.attributes[$0][attribute.offset] >= 0 }
      guard !labelled.isEmpty else { return sum }
      let logits = hidden.gatheringRows(labelled).linear(weight: variables[Self.headName(attribute.element)]!)
      let share = auxiliaryWeight / Float(Scene.attributeNames.count) * Float(labelled.count) / Float(recipe.batchSize)
      return sum
        + logits.softmaxCrossEntropy(labels: labelled.map { batch.attributes[$0][attribute.offset] }) * share
    }
  }

  private static func headName(_ attribute: String) -> String { "auxiliary.\(attribute).weight" }

  // MARK: Checkpoints

  /// Writes everything that a later ``resume(from:)`` needs.
  public func save(to path: String) throws {
    try Checkpoint(
      parameters: parameters, optimizer: optimizer,
      entries: ["recipe": try JSONText.encode(recipe), "arithmetic": try JSONText.encode(arithmeticHistory)],
      tensors: ["losses": Tensor(shape: [losses.count], losses), "running": Tensor(running)]
    ).write(to: path)
  }

  /// Goes on where a checkpoint of the same recipe was written.
  ///
  /// - Returns: A line for the user if its steps were computed in another arithmetic.
  /// - Throws: ``Failure`` if the file is damaged or of another recipe, or holds what no training can.
  public mutating func resume(from path: String) throws -> String? {
    let checkpoint = try Checkpoint(path: path, like: parameters, optimizer.configuration)
    guard let text = checkpoint.entries["recipe"], let history = checkpoint.entries["arithmetic"],
      let stored = try? JSONDecoder().decode(BackboneRecipe.self, from: Data(text.utf8))
    else { throw Failure("\(path) is no checkpoint of backbone training by this version of rpp") }
    guard stored == recipe else {
      throw Failure.usage("\(path) is the checkpoint of another recipe: \(text); choose another folder or remove it")
    }
    let step = checkpoint.optimizer.stepCount
    let losses = checkpoint.tensors["losses"]?.elements ?? []
    let sum = checkpoint.tensors["running"]?.elements ?? []
    guard (0...recipe.steps).contains(step), losses.count == step / Self.lossInterval, sum.count == 1,
      (losses + sum).allSatisfy(\.isFinite)
    else { throw Failure("\(path): no training of \(recipe.steps) steps has \(losses.count) losses at step \(step)") }
    (parameters, optimizer) = (checkpoint.parameters, checkpoint.optimizer)
    self.losses = losses
    running = sum[0]
    arithmeticHistory = try JSONText.decode(
      ArithmeticHistory.self, Data(history.utf8), origin: "\(path), arithmetic")
    return arithmeticHistory.goOn(in: arithmetic, at: step)
  }
}
