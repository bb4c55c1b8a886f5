import Basics
import CLIPModel
import Foundation
import Optimization
import PromptLearning
import Tensors
import Training

/// How long a training step takes: any structure on any backbone, class names drawn as token ids, pictures of noise.
public struct StepBenchmark {
  /// What was measured.
  public struct Result: Codable, Sendable {
    /// The structure with all of its options.
    public let structure: String
    /// The backbone.
    public let backbone: String
    /// How many classes there are.
    public let classes: Int
    /// Classes that a step sees beside those of its images; nil for all.
    public let sampledClasses: Int?
    /// Images in a step.
    public let batchSize: Int
    /// Whether a step encodes images, or takes features computed before.
    public let encodesImages: Bool
    /// Seconds of each step, in order.
    public let stepSeconds: [Double]
    /// Their median.
    public let medianStepSeconds: Double
    /// Images of a batch by that.
    public let imagesPerSecond: Double
    /// What a step needs, see ``OperationCount``.
    public let floatingPointOperations: Double
    /// Operations a second of a 2048³ matrix product, measured in the same process before and after the steps; of
    /// several ranks, as many times that.
    public let peakOperationsPerSecond: Double
    /// What the steps needed as a share of what the machine could have done in their time.
    public let shareOfPeak: Double
    /// The largest memory of the process so far.
    public let peakResidentBytes: Int
    /// Ranks that shared the steps, see ``Ranks``.
    public let ranks: Int
    /// Shares of the steps' time in which this rank waited for others to come as far, gathered features, and summed gradients.
    public let waitingShare: Double
    /// See `waitingShare`.
    public let gatheringShare: Double
    /// See `waitingShare`.
    public let summingShare: Double
    /// Threads that worked, of each rank.
    public let threads: Int
    /// OpenBLAS's kernel family.
    public let kernels: String
  }

  private(set) var model: PromptedCLIP
  let supervision: Supervision
  let parameters: ParameterSet
  private let backbone: Backbone
  let batchSize: Int
  let encodesImages: Bool
  let sampledClasses: Int?
  private let stream = RandomStream(purpose: "benchmark", task: "", seed: 1)

  /// A benchmark of a structure.
  ///
  /// - Parameters:
  ///   - supervision: What judges it; it must listen to no frozen model.
  ///   - classes: Names, of 1 to 4 tokens each.
  ///   - sampledClasses: See ``TrainingRecipe/sampledClasses``.
  ///   - batchSize: Images in a step.
  ///   - activationLimit: See ``CLIP/activationLimit``.
  ///   - usesCache: Whether image features are computed before the steps where the structure lets them be.
  /// - Throws: a usage ``Failure`` if the structure learns nothing, or its options do not fit the backbone.
  public init(
    _ structure: any PromptStructure, supervision: Supervision, backbone: Backbone, classes: Int,
    sampledClasses: Int? = nil,
    batchSize: Int, usesCache: Bool, activationLimit: Int?
  ) throws {
    self.supervision = supervision
    self.backbone = backbone
    self.batchSize = batchSize
    self.sampledClasses = sampledClasses
    let stream = stream
    let (size, vocabulary) = (backbone.configuration.imageSize, backbone.configuration.vocabularySize - 2)
    let context = try PromptContext(
      weights: backbone.weights, classNames: (0..<classes).map { "class\($0)" }, template: "a photo of a {}.",
      tokenize: { Self.tokens($0, stream: stream.substream(1), vocabulary: vocabulary) },
      sampleImages: { Self.pixels(min(batchSize, 64), size, stream) })
    var clip = backbone.model
    clip.activationLimit = activationLimit
    var initial = RandomStream(purpose: "benchmark", task: "prompts", seed: 1)
    parameters = try structure.initialParameterSet(context, from: &initial)
    model = try PromptedCLIP(model: clip, structure: structure, context: context, parameters: parameters)
    model.takesFeatures = usesCache && model.takesFeatures
    encodesImages = !model.takesFeatures
    guard parameters.count > 0 else {
      throw Failure.usage(
        "\(type(of: structure).name) learns nothing, so there is no training step to measure; choose another")
    }
    guard sampledClasses == nil || !model.isClassSpecific else {
      throw Failure.usage("\(type(of: structure).name) has prompts for each class, of which no sample can be taken")
    }
  }

  /// How much memory a step will take.
  ///
  /// - Throws: what the structure throws.
  public func predictedMemory() throws -> PredictedMemory {
    try PredictedMemory(step(0).model, parameters, batchSize: batchSize, weights: backbone.weights.bytes)
  }

  /// The labels of a step's images.
  private var labels: [Int] { (0..<batchSize).map { $0 % model.context.classNames.count } }

  /// The model of a step with its sample of the classes.
  private func step(_ index: Int) -> (model: PromptedCLIP, sample: ClassSample?) {
    guard let sampledClasses else { return (model, nil) }
    var stream = stream.substream(2).substream(index)
    let sample = ClassSample(
      labels: labels, others: sampledClasses, of: model.context.classNames.count, from: &stream)
    return (model.restricted(to: sample.classes), sample)
  }

  /// Measures steps, after one that is not counted.
  public func run(steps: Int, report: (Int) -> Void = { _ in }) throws -> Result {
    let ranks = TimedRanks(Ranks.group)
    return try Ranks.$group.withValue(ranks) { try run(steps: steps, on: ranks, report: report) }
  }

  private func run(steps: Int, on ranks: TimedRanks, report: (Int) -> Void) throws -> Result {
    let pixels = Self.pixels(batchSize, backbone.configuration.imageSize, stream)
    let images: PromptedCLIP.Images =
      encodesImages
      ? .ofRanks(Array(0..<batchSize)) { own in
        pixels.reshaped([batchSize, pixels.count / batchSize]).rows(own[0]..<own[0] + own.count)
          .reshaped([own.count] + pixels.shape.dropFirst())
      } : .features(model.model.imageFeatures(pixels).rowsNormalized().value)
    var parameters = parameters
    var peak = Self.matrixProductRate()
    var optimizer = Optimizer(.publishedSGD)
    var seconds: [Double] = []
    var times = ranks.seconds
    for index in 0...steps {
      let start = DispatchTime.now().uptimeNanoseconds
      let (model, sample) = step(index)
      let found = try lossAndGradients(at: parameters) {
        var prediction = try model(images, parameters: $0)
        prediction.correction = sample?.correction
        return try supervision(
          SupervisionInput(prediction: prediction, labels: sample?.places(of: labels) ?? labels)
        ).sum
      }
      optimizer.step(&parameters, gradients: found.gradients, rate: 0.002)
      if index > 0 {
        seconds.append(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9)
      } else {
        times = ranks.seconds
      }
      report(index)
    }
    let median = Self.median(seconds)
    let (all, end) = (seconds.reduce(0, +), ranks.seconds)
    let operations = try operations(parameters)
    // Once more, lest a slow moment of the machine flatter the steps.
    peak = max(peak, Self.matrixProductRate()) * Double(Ranks.count)
    return Result(
      structure: model.structure.specification.text, backbone: backbone.name, classes: model.context.classNames.count,
      sampledClasses: sampledClasses, batchSize: batchSize, encodesImages: encodesImages, stepSeconds: seconds,
      medianStepSeconds: median,
      imagesPerSecond: Double(batchSize) / median,
      floatingPointOperations: operations, peakOperationsPerSecond: peak, shareOfPeak: operations / median / peak,
      peakResidentBytes: Self.peakResidentBytes(), ranks: Ranks.count,
      waitingShare: (end.waiting - times.waiting) / all, gatheringShare: (end.gathering - times.gathering) / all,
      summingShare: (end.summing - times.summing) / all, threads: Parallel.threadCount, kernels: BLAS.kernels)
  }

  private func operations(_ parameters: ParameterSet) throws -> Double {
    let prompts = try step(0).model.prompts(parameters: parameters, images: batchSize)
    let texts = prompts.texts.reduce(0) { $0 + OperationCount(model.model.configuration, texts: $1).total }
    guard encodesImages else { return texts }
    return texts + OperationCount(model.model.configuration, images: batchSize, prompts: prompts.vision).total
  }

  /// A name's 1 to 4 tokens, or one token for each other word and mark, the same for the same text.
  private static func tokens(_ text: String, stream: RandomStream, vocabulary: Int) -> [Int] {
    text.replacing(".", with: " . ").split(separator: " ").flatMap { word in
      var stream = RandomStream(name: "\(stream.substream(0)) \(word)")
      let count = word.hasPrefix("class") ? Int.random(in: 1...4, using: &stream) : 1
      return (0..<count).map { _ in Int.random(in: 0..<vocabulary, using: &stream) }
    }
  }

  /// Noise.
  private static func pixels(_ count: Int, _ size: Int, _ stream: RandomStream) -> Tensor {
    Tensor(shape: [count, 3, size, size]) { out in
      var stream = stream.substream(0)
      for index in out.indices { out.initializeElement(at: index, to: Float(stream.uniform(-2, 2))) }
    }
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Operations a second of a product of 2048 × 2048 matrices, the best of five.
  private static func matrixProductRate() -> Double {
    let size = 2048
    let matrix = Tensor(shape: [size, size], repeating: 0.5)
    let seconds = (0..<5).map { _ in
      let start = DispatchTime.now().uptimeNanoseconds
      _ = Tensor.product(matrix, matrix)
      return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    }
    return 2 * Double(size) * Double(size) * Double(size) / (seconds.min() ?? 1)
  }

  static func peakResidentBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
