import Basics
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import Images
import PromptLearning
import Tensors
import Training

/// How training on stored features and evaluation on them go, with as many images and classes as one likes: random features in a
/// folder as `rpp features --task` writes it, read and trained on as `rpp train` does.
public struct StoredFeaturesBenchmark {
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
    /// Images to learn from.
    public let images: Int
    /// Images that were tested on.
    public let testImages: Int
    /// Bytes of the files of features, which are mapped.
    public let featureBytes: Int
    /// Seconds from the task's name to a trainer that is ready for its first step, without encoding texts.
    public let startSeconds: Double
    /// Bytes of memory, without mapped files, that this took.
    public let startBytes: Int
    /// Seconds to draw the order of an epoch.
    public let shuffleSeconds: Double
    /// Seconds of each step, in order.
    public let stepSeconds: [Double]
    /// Their median.
    public let medianStepSeconds: Double
    /// Seconds to read the features of a step, in the median.
    public let readSeconds: Double
    /// Steps in an epoch.
    public let stepsPerEpoch: Int
    /// Seconds of an epoch, by the median step.
    public let epochSeconds: Double
    /// Seconds to encode all classes with the prompts.
    public let classSeconds: Double
    /// Seconds to test on the images, with the class features at hand.
    public let testSeconds: Double
    /// Seconds that the products of image and class features alone take.
    public let productSeconds: Double
    /// The largest memory of the process so far, with what was touched of mapped files.
    public let peakResidentBytes: Int
    /// Threads that worked.
    public let threads: Int
    /// OpenBLAS's kernel family.
    public let kernels: String
  }

  private let step: StepBenchmark
  private let folder: FeatureFolder
  private let backbone: Backbone
  private let sizes: (images: Int, testImages: Int)
  private let batchSize: Int
  private let sampledClasses: Int?

  /// A benchmark in a folder, which holds the features that an earlier one of the same sizes left there, or none.
  ///
  /// - Parameters:
  ///   - step: A benchmark of the same structure, backbone, classes, sampled classes and batch.
  ///   - images: Images to learn from; their labels take turns.
  ///   - testImages: Images to test on.
  /// - Throws: a usage ``Failure`` where the structure needs images.
  public init(
    _ step: StepBenchmark, backbone: Backbone, in folder: String, images: Int, testImages: Int
  ) throws {
    guard !step.encodesImages else {
      throw Failure.usage(
        "\(type(of: step.model.structure).name) needs images in every step; stored features are not enough")
    }
    (self.step, self.backbone, self.folder) = (step, backbone, FeatureFolder(folder))
    sizes = (images, testImages)
    (batchSize, sampledClasses) = (step.batchSize, step.sampledClasses)
  }

  /// Makes the features, unless they are there.
  public func prepare(progress: @escaping @Sendable (_ done: Int, _ count: Int) -> Void = { _, _ in }) throws {
    let classes = step.model.context.classNames
    func images(_ count: Int) -> ImageSet {
      ImageSet(labels: (0..<count).map { $0 % classes.count }, name: { "image \($0)" }) { index in
        RGBImage(width: 1, height: 1, pixels: (0..<3).map { UInt8(truncatingIfNeeded: index >> (8 * $0)) })
      }
    }
    let task = StoredTask(
      name: "benchmark", classNames: classes, training: images(sizes.images), test: images(sizes.testImages))
    try folder.keep(
      task, [(.train, try task.trainingSet(.all, seed: 1)), (.test, task.testSet())])
    for (split, count) in [(FeatureFolder.Split.train, sizes.images), (.test, sizes.testImages)] {
      let embed = backbone.configuration.embedDimension
      _ = try FeatureFileWriter(count: count, of: split, in: folder, by: backbone, dtype: .float16) { indices, body in
        _ = try Parallel.map(indices.count) { position in
          var stream = RandomStream(name: "\(split) \(indices[position])")
          let row = (0..<embed).map { _ in Float(stream.uniform(-1, 1)) }
          let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          try body(indices[position], row.map { $0 / norm })
        }
      }.run(progress: progress)
    }
  }

  /// Measures steps, after one that is not counted, and one evaluation.
  public func run(steps: Int, report: (Int) -> Void = { _ in }) throws -> Result {
    let frozen = FrozenResults()
    let memory = Self.privateBytes()
    var task: StoredTask?
    var trainer: Trainer?
    let startSeconds = try Self.seconds {
      let stored = try StoredTask(features: folder.path)
      task = stored
      trainer = try self.trainer(of: stored, frozen)
    }
    let startBytes = max(0, Self.privateBytes() - memory)
    guard let task, let trainer else { fatalError("made above") }
    let training = try task.trainingSet(.all, seed: 1)
    let order = BatchOrder(count: training.count, batchSize: batchSize, task: "benchmark", seed: 1)
    var batches: [[Int]] = []
    let shuffleSeconds = Self.seconds { batches = order.batches(epoch: 0) }
    let features = try frozen.imageFeatures(of: training, by: backbone)
    var state = trainer.initialState
    var (stepSeconds, readSeconds): ([Double], [Double]) = ([], [])
    for index in 0...steps {
      let batch = batches[index % batches.count]
      let read = try Self.seconds { _ = try features.rows(batch) }
      let seconds = try Self.seconds { try trainer.step(&state, on: batch) }
      if index > 0 {
        stepSeconds.append(seconds)
        readSeconds.append(read)
      }
      report(index)
    }
    var texts: Variable?
    let classSeconds = try Self.seconds {
      texts = try step.model.textFeatures(parameters: state.parameters.constants())
    }
    let evaluator = try Evaluator(step.model, on: task.testSet(), backbone: backbone, frozen: frozen)
    let testSeconds = try Self.seconds { _ = try evaluator(state.parameters, texts: texts) }
    let median = StepBenchmark.median(stepSeconds)
    return Result(
      structure: step.model.structure.specification.text, backbone: backbone.name,
      classes: step.model.context.classNames.count, sampledClasses: sampledClasses, batchSize: batchSize,
      images: sizes.images, testImages: sizes.testImages,
      featureBytes: (sizes.images + sizes.testImages) * (backbone.configuration.embedDimension * 2 + 8),
      startSeconds: startSeconds, startBytes: startBytes, shuffleSeconds: shuffleSeconds, stepSeconds: stepSeconds,
      medianStepSeconds: median, readSeconds: StepBenchmark.median(readSeconds), stepsPerEpoch: order.stepsPerEpoch,
      epochSeconds: Double(order.stepsPerEpoch) * median, classSeconds: classSeconds,
      testSeconds: testSeconds, productSeconds: productSeconds(evaluator.batchSize),
      peakResidentBytes: StepBenchmark.peakResidentBytes(), threads: Parallel.threadCount, kernels: BLAS.kernels)
  }

  private func trainer(of task: StoredTask, _ frozen: FrozenResults) throws -> Trainer {
    var recipe = TrainingRecipe(optimizer: .sgd, learningRate: 0.002, batchSize: batchSize, epochs: 1)
    recipe.sampledClasses = sampledClasses
    return try Trainer(
      step.model, from: step.parameters, supervision: step.supervision,
      configuration: RunConfiguration(
        task: "benchmark", classNames: task.classNames, classes: .all, shots: nil, seed: 1, backbone: backbone.name,
        backboneChecksum: backbone.checksum, structure: step.model.structure.specification.text,
        supervision: step.supervision.text, recipe: recipe, validateEvery: 0),
      training: try task.trainingSet(.all, seed: 1), validation: nil, backbone: backbone, frozen: frozen)
  }

  /// Seconds of the evaluation's products alone, with numbers that are there.
  private func productSeconds(_ batchSize: Int) -> Double {
    let embed = backbone.configuration.embedDimension
    let classes = Tensor(shape: [step.model.context.classNames.count, embed], repeating: 0.01)
    let images = Tensor(shape: [batchSize, embed], repeating: 0.01)
    let batches = (sizes.testImages + batchSize - 1) / batchSize
    return Self.seconds {
      for _ in 0..<batches { _ = Tensor.product(images, classes, transposeB: true) }
    }
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(work) / .seconds(1)
  }

  /// Bytes of memory that are no mapped file.
  private static func privateBytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 } ?? 0
  }
}
