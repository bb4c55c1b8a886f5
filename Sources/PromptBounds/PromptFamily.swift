import Basics
import BoundAnalysis
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import Optimization
import PromptLearning
import Tensors
import Training

/// The prompts of one structure on one task, trained with hard labels and λ times the divergence from a frozen CLIP: the family
/// of predictors that Theorem 1 is about.
///
/// The objective is `labels + λ · distillation` over all images of a training set, or the distillation term alone for λ = ∞.
public struct PromptFamily: PredictorFamily {
  /// What decides its numbers, beside the draws.
  public struct Setting: Codable, Equatable, Sendable {
    /// The task, as `world:shapes@blurry`.
    public var task: String
    /// Which of its classes are learned.
    public var classes: ClassSelection
    /// The backbone as it was named.
    public var backbone: String
    /// The checksum of its weights.
    public var backboneChecksum: String
    /// The distillation term with its teacher, as `soft-label-kd:teacher=embedded:teacher`.
    public var distillation: String
    /// What trains Θ*.
    public var minimiser: PromptMinimiser
    /// How many images the held-out pool has, where images are drawn afresh; else the task's test images are the pool.
    public var heldOutCount: Int
    /// Whether every class has the same share of a training set.
    public var hasEqualShares: Bool
    /// The seed of everything random.
    public var seed: UInt64

    /// The given setting.
    public init(
      task: String, classes: ClassSelection = .all, backbone: String, backboneChecksum: String, distillation: String,
      minimiser: PromptMinimiser = .quasiNewton, heldOutCount: Int = 2000, hasEqualShares: Bool = false,
      seed: UInt64 = 1
    ) {
      self.task = task
      self.classes = classes
      self.backbone = backbone
      self.backboneChecksum = backboneChecksum
      self.distillation = distillation
      self.minimiser = minimiser
      self.heldOutCount = heldOutCount
      self.hasEqualShares = hasEqualShares
      self.seed = seed
    }
  }

  /// The images of a draw.
  public struct TrainingSet: Sendable {
    /// The draw.
    public let draw: TrainingDraw
    /// Its images, whose labels are those of the learned classes.
    public let images: ImageSet
    let sample: PredictedImages
    /// The length of the hard-label loss's gradient at the start.
    let hardGradientNorm: Double
  }

  public typealias Predictor = ParameterSet

  /// What decides its numbers.
  public let setting: Setting
  /// The structure.
  public let structure: any PromptStructure
  private let objective: DistilledObjective
  public let facts: FamilyFacts
  public var parameterCount: Int { prior.count }
  /// Whether the image encoder works in every evaluation.
  public let encodesImages: Bool
  private let task: any ClassificationTask
  private let backbone: Backbone
  private let frozen: FrozenResults
  private let context: PromptContext
  private let heldOut: PredictedImages
  /// The classes that are not learned, with their images.
  private let new: (context: PromptContext, images: ImageBatches)?
  /// The start on the held-out pool's images, which no training set decides.
  private let prior: ParameterSet
  /// The places in the pool at which ascent watches its constraint.
  private let watched: [Int]

  /// The family of a structure.
  ///
  /// - Throws: a usage ``Failure`` where the structure does not fit the backbone or the task's classes, or ``Failure`` if the
  ///   teacher or the task's images cannot be read.
  public init(
    _ structure: any PromptStructure, task: any ClassificationTask, backbone: Backbone, setting: Setting,
    objective: DistilledObjective, frozen: FrozenResults = FrozenResults()
  ) throws {
    (self.structure, self.task, self.backbone, self.setting) = (structure, task, backbone, setting)
    self.objective = objective
    self.frozen = frozen
    let labels = setting.classes.labels(of: task.classNames.count)
    context = try PromptContext(
      backbone: backbone, classNames: try task.classNames(setting.classes), template: task.template,
      domainTemplate: task.domainTemplate)
    // A task without an end of images refuses to give all of them.
    let population = (try? task.trainingSet(.all, labels: labels, seed: 0))?.restricted(to: labels).count
    facts = FamilyFacts(
      uniformLoss: log(Double(context.classNames.count)),
      lossCap: 2 * exp(Double(backbone.model.logitScale.value.scalar)) + log(Double(context.classNames.count)),
      temperature: objective.temperature, population: population, hasEqualShares: setting.hasEqualShares)

    let pool: ImageSet
    if population == nil {
      let count =
        setting.hasEqualShares
        ? Shots.perClass(max(1, setting.heldOutCount / labels.count)) : .inAll(setting.heldOutCount)
      var stream = RandomStream(purpose: "bound pool", task: "held-out", seed: setting.seed)
      pool = try task.trainingSet(count, labels: labels, seed: stream.next()).restricted(to: labels)
    } else {
      pool = try task.testSet(setting.classes)
    }
    guard pool.count > 1 else { throw Failure("\(task.name) has no held-out images to estimate losses on") }
    let initial = try Self.start(structure, context, images: pool, backbone, setting)
    prior = initial
    let model = try PromptedCLIP(model: backbone.model, structure: structure, context: context, parameters: initial)
    heldOut = try PredictedImages(
      pool, model: model, teacher: objective.teacher, backbone: backbone, frozen: frozen)
    encodesImages = !model.takesFeatures
    let watchedCount = min(pool.count, model.takesFeatures && !model.dependsOnImage ? 512 : 64)
    watched = (0..<watchedCount).map { $0 * pool.count / watchedCount }
    try heldOut.require(objective, of: model, at: initial, watched)
    if setting.classes == .base, !model.isClassSpecific, task.classNames.count > 1 {
      let newContext = try PromptContext(
        backbone: backbone, classNames: try task.classNames(.new), template: task.template,
        domainTemplate: task.domainTemplate)
      new = (
        newContext,
        try ImageBatches(
          try task.testSet(.new), for: model, backbone: backbone, frozen: frozen)
      )
    } else {
      new = nil
    }
  }

  public var name: String { structure.specification.text }

  public var perturbation: GaussianPerturbation<ParameterSet>? {
    GaussianPerturbation(
      squaredDistanceFromPrior: { [prior] in $0.squaredDistance(from: prior) },
      neighbour: { $0.neighbour(deviation: $1, from: &$2) })
  }

  // MARK: Draws

  public func trainingSet(_ draw: TrainingDraw) throws -> TrainingSet {
    let labels = setting.classes.labels(of: task.classNames.count)
    let shots: Shots
    if setting.hasEqualShares {
      guard draw.size.isMultiple(of: labels.count) else {
        throw Failure.usage(
          "\(draw.size) images cannot have equal shares of \(labels.count) classes; take \(max(1, draw.size / labels.count) * labels.count)"
        )
      }
      shots = .perClass(draw.size / labels.count)
    } else {
      shots = .inAll(draw.size)
    }
    let images = try task.trainingSet(shots, labels: labels, seed: imageSeed(of: draw)).restricted(to: labels)
    let start = try Self.start(structure, context, images: images, backbone, setting)
    let model = try model(start)
    // Images that are drawn for this alone are not worth keeping.
    let sample = try PredictedImages(
      images, model: model, teacher: objective.teacher, backbone: backbone,
      frozen: facts.population == nil ? FrozenResults() : frozen)
    let hard = try lossAndGradients(at: start) { parameters in
      try objective.labels.loss(try sample.input(model, parameters))
    }
    return TrainingSet(
      draw: draw, images: images, sample: sample, hardGradientNorm: GradientClipping.length(of: hard.gradients))
  }

  private func imageSeed(of draw: TrainingDraw) -> UInt64 {
    var stream = draw.stream("images", seed: setting.seed)
    return stream.next()
  }

  public func start(on set: TrainingSet) throws -> ParameterSet {
    try Self.start(structure, context, images: set.images, backbone, setting)
  }

  /// The structure's own start: the same random numbers for every draw, and the draw's images where it starts from images.
  private static func start(
    _ structure: any PromptStructure, _ context: PromptContext, images: ImageSet, _ backbone: Backbone,
    _ setting: Setting
  ) throws -> ParameterSet {
    var stream = RandomStream(purpose: "bound start", task: TaskRegistry.portable(setting.task), seed: setting.seed)
    return try structure.initialParameterSet(
      context.with(sampleImages: {
        try images.tensor(Array(0..<min(64, images.count)), preprocessing: backbone.preprocessing)
      }), from: &stream)
  }

  private func model(_ parameters: ParameterSet) throws -> PromptedCLIP {
    try PromptedCLIP(model: backbone.model, structure: structure, context: context, parameters: parameters)
  }

  // MARK: Training

  public func trained(
    on set: TrainingSet, weight: DistillationWeight, from start: ParameterSet, budget: Int
  ) throws -> TrainedPredictor<ParameterSet> {
    let model = try model(start)
    let supervision = objective.supervision(weight.value)
    func loss(_ parameters: [String: Variable]) throws -> Variable {
      try supervision(try set.sample.input(model, parameters)).sum
    }
    do {
      switch setting.minimiser {
      case .quasiNewton:
        let minimum = try LBFGS(budget: budget).minimum(from: start, loss)
        return TrainedPredictor(
          minimum.parameters, gradientNorm: relative(minimum.gradientNorm, set),
          objectiveChange: minimum.relativeDecrease(inLast: 0.2), evaluations: minimum.evaluations)
      case .recipe(let recipe):
        let run = try Run(
          task: task, backbone: backbone, structure: structure, supervision: supervision, classes: setting.classes,
          shots: .inAll(set.draw.size), seed: imageSeed(of: set.draw), recipe: recipe, validateEvery: 0)
        let trainer = try Trainer(
          model, from: try self.start(on: set), supervision: supervision, configuration: run.configuration,
          training: set.images, validation: nil, backbone: backbone, frozen: FrozenResults())
        var losses: [Double] = []
        var steps = 0
        let parameters = try trainer.run(report: {
          steps = $0.step
          if let epoch = $0.finishedEpoch { losses.append(epoch.loss) }
        })
        return TrainedPredictor(
          parameters,
          gradientNorm: relative(
            GradientClipping.length(of: try lossAndGradients(at: parameters, loss).gradients), set),
          objectiveChange: Self.change(losses), evaluations: steps)
      }
    } catch let error as NonFiniteLoss {
      throw Failure("\(name), λ = \(weight), N = \(set.draw.size): \(error)")
    }
  }

  private func relative(_ norm: Double, _ set: TrainingSet) -> Double? {
    set.hardGradientNorm > 0 ? norm / set.hardGradientNorm : nil
  }

  /// The share of the decrease that came in the last fifth of the epochs.
  private static func change(_ losses: [Double]) -> Double {
    guard let first = losses.first, let last = losses.last, first > last else { return 0 }
    return max(0, losses[losses.count * 4 / 5] - last) / (first - last)
  }

  // MARK: Values

  public func values(of predictor: ParameterSet?, on set: TrainingSet) throws -> SampleValues {
    try values(of: predictor, on: set.sample)
  }

  public func heldOutValues(of predictor: ParameterSet?) throws -> SampleValues {
    try values(of: predictor, on: heldOut)
  }

  private func values(of predictor: ParameterSet?, on sample: PredictedImages) throws -> SampleValues {
    guard let predictor else { return sample.zeroShotValues(temperature: objective.temperature) }
    return try sample.values(of: try model(predictor), at: predictor, temperature: objective.temperature)
  }

  public func newClassAccuracy(of predictor: ParameterSet) throws -> Double? {
    guard let new else { return nil }
    let model = try PromptedCLIP(
      model: backbone.model, structure: structure, context: new.context, parameters: predictor)
    let constants = predictor.constants()
    let texts = try model.textFeatures(parameters: constants)
    var correct = 0
    for indices in PredictedImages.batches(of: new.images.count, for: model) {
      let logits = try model(try new.images.images(indices), parameters: constants, texts: texts).logits.value
      for (row, index) in indices.enumerated() {
        correct += logits.rows(row..<row + 1).elements.largestIndex == new.images.labels[index] ? 1 : 0
      }
    }
    return Double(correct) / Double(new.images.count)
  }

  // MARK: Ascent

  /// How often an ascent computes its objective.
  private static let ascentBudget = 60
  /// How many times the divergence from start to end is halved to come back into H_λ.
  private static let halvings = 12

  public func signedLossMaximum(
    signs: [Double], on set: TrainingSet, from start: ParameterSet, radius: Double, restart: Int
  ) throws -> Double {
    let model = try model(start)
    let batch = Array(0..<set.sample.count)
    let targets = Tensor.oneHot(set.sample.labels, columns: context.classNames.count)
      .scaledRows(by: signs.map { Float(2 * $0) })
    /// How hard leaving H_λ is punished, against losses of a few nats.
    let penalty: Float = 100
    func loss(_ parameters: [String: Variable]) throws -> Variable {
      let texts = try model.textFeatures(parameters: parameters)
      let prediction = try model(try set.sample.images(batch), parameters: parameters, texts: texts)
      let signed = prediction.logits.softmaxCrossEntropy(targets: targets) * -1
      guard radius.isFinite else { return signed }
      let divergence = try objective.distillation.loss(try heldOut.input(model, parameters, watched, texts: texts))
      let excess = divergence.value.scalar / Float(radius) - 1
      guard excess > 0 else { return signed }
      // (R/ρ − 1)², whose value and slope are 0 where it begins.
      let relative = divergence * Float(1 / radius)
      let distance = relative + Variable(Tensor(shape: relative.shape, repeating: -1))
      return signed + distance * distance * penalty
    }
    var first = start
    if restart > 0 {
      var stream = RandomStream(name: "bound restart \(restart)")
      first = start.moved(by: 0.1, from: &stream)
    }
    let end = try LBFGS(budget: Self.ascentBudget).minimum(from: first, loss).parameters
    func value(_ parameters: ParameterSet) throws -> Double {
      let losses = try values(of: parameters, on: set.sample).losses
      return 2 * zip(signs, losses).reduce(0) { $0 + $1.0 * $1.1 } / Double(losses.count)
    }
    let atStart = try value(start)
    guard radius.isFinite else { return max(atStart, try value(end)) }
    // Back towards the start, which satisfies the constraint, until the end does on the whole pool.
    var share = 1.0
    for _ in 0..<Self.halvings {
      let point = start.interpolated(to: end, share)
      if try heldOutValues(of: point).divergence <= radius { return max(atStart, try value(point)) }
      share /= 2
    }
    return atStart
  }
}

extension ParameterSet {
  /// Each tensor plus normal noise of a share of its root mean square.
  fileprivate func moved(by share: Double, from stream: inout RandomStream) -> ParameterSet {
    noisy(from: &stream) { elements in
      let square = elements.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(elements.count, 1))
      return share * max(square.squareRoot(), 1e-3)
    }
  }

  /// Each number plus normal noise.
  fileprivate func neighbour(deviation: Double, from stream: inout RandomStream) -> ParameterSet {
    noisy(from: &stream) { _ in deviation }
  }

  private func noisy(
    from stream: inout RandomStream, deviation: (_ elements: [Float]) -> Double
  ) -> ParameterSet {
    var noisy = self
    for name in names {
      let elements = self[name]!.elements
      let noise = stream.normals(elements.count, deviation: deviation(elements))
      noisy[name]!.withMutableElements { target in
        for index in target.indices { target[index] += noise[index] }
      }
    }
    return noisy
  }

  fileprivate func squaredDistance(from other: ParameterSet) -> Double {
    names.reduce(0) { sum, name in
      zip(self[name]!.elements, other[name]!.elements).reduce(sum) { sum, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return sum + difference * difference
      }
    }
  }

  /// The point at a share of the way to another.
  fileprivate func interpolated(to other: ParameterSet, _ share: Double) -> ParameterSet {
    var point = self
    for name in names {
      let end = other[name]!.elements
      point[name]!.withMutableElements { target in
        for index in target.indices { target[index] += Float(share) * (end[index] - target[index]) }
      }
    }
    return point
  }
}

extension Tensor {
  /// Each row times a number of its own.
  fileprivate func scaledRows(by factors: [Float]) -> Tensor {
    var scaled = self
    let columns = columns
    scaled.withMutableElements { elements in
      for index in elements.indices { elements[index] *= factors[index / columns] }
    }
    return scaled
  }
}
