import TestSupport
import Basics
import CLIPModel
import StandardPlugins
import Datasets
import Images
import Optimization
import PromptLearning
import Tensors
import Training

/// A run of some steps on a small random CLIP: 3 classes of noisy images, 10 images, 2 steps in an epoch.
struct TinyRun {
  static let classNames = ["cat", "red_dog", "bird"]

  static let weights = BackboneWeights(
    random: CLIPConfiguration(
      text: .init(width: 64, layers: 2, heads: 1), vision: .init(width: 64, layers: 1, heads: 1), embedDimension: 16,
      contextLength: 16, vocabularySize: 258, patchSize: 4, imageSize: 8, activation: .quickGELU),
    seed: 3)

  static let preprocessing = ImagePreprocessing(size: 8)

  static func backbone() throws -> Backbone {
    try Backbone(name: "random:tiny", weights: weights, tokenizer: nil, preprocessing: preprocessing)
  }

  /// One token a letter.
  static let tokenize: @Sendable (String) throws -> [Int] = { $0.utf8.map(Int.init) }

  static func images(_ count: Int, seed: UInt64 = 1) -> ImageSet {
    let labels = (0..<count).map { $0 % classNames.count }
    return ImageSet(labels: labels, names: labels.indices.map { "image \($0)" }) { index in
      var stream = RandomStream(purpose: "noise", task: "tiny", seed: seed).substream(index)
      let pixels = (0..<8 * 8 * 3).map { pixel in
        UInt8(stream.uniform(0, pixel % 3 == labels[index] ? 255 : 128))
      }
      return RGBImage(width: 8, height: 8, pixels: pixels)
    }
  }

  static func context(_ names: [String] = classNames) throws -> PromptContext {
    try PromptContext(weights: weights, classNames: names, template: "{}", tokenize: tokenize)
  }

  static func model(
    _ structure: any PromptStructure = coop(), _ names: [String] = classNames
  ) throws -> PromptedCLIP {
    let context = try context(names)
    var model = try PromptedCLIP(
      model: weights.model, structure: structure, context: context, parameters: try initial(structure, context))
    model.takesFeatures = !(structure is SeenCoOp)
    return model
  }

  static func initial(_ structure: any PromptStructure, _ context: PromptContext) throws -> ParameterSet {
    var stream = RandomStream(name: "initial prompts of tests")
    return try structure.initialParameterSet(context, from: &stream)
  }

  static func coop(length: Int = 2, classSpecific: Bool = false) -> CoOp {
    CoOp(options: options(length: length, classSpecific: classSpecific))
  }

  static func options(length: Int = 2, classSpecific: Bool = false) -> CoOp.Options {
    var options = CoOp.Options()
    options.contextLength = length
    options.classSpecific = classSpecific
    return options
  }

  static func configuration(
    optimizer: TrainingRecipe.OptimizerName = .sgd, rate: Double = 0.1, epochs: Int = 3, validateEvery: Int = 1
  ) -> RunConfiguration {
    RunConfiguration(
      task: "tiny", classNames: classNames, classes: .all, shots: nil, seed: 1, backbone: "random:tiny",
      backboneChecksum: "none",
      structure: coop().specification.text, supervision: "hard-label",
      recipe: TrainingRecipe(optimizer: optimizer, learningRate: rate, batchSize: 4, epochs: epochs),
      validateEvery: validateEvery)
  }

  static func trainer(
    _ configuration: RunConfiguration = configuration(), structure: any PromptStructure = coop()
  ) throws -> Trainer {
    try Trainer(
      try model(structure), from: try initial(structure, try context()), supervision: Supervision(HardLabel()),
      configuration: configuration, training: images(10), validation: images(9, seed: 2), backbone: backbone()
    ) { parameters, path in
      try LearnedPrompt(
        structure: structure, parameters: parameters, backbone: "random:tiny", backboneChecksum: "none",
        classNames: nil, run: configuration.digests
      ).write(to: path)
    }
  }

  /// What the files of these runs name.
  static let registry = PluginRegistry(structures: [CoOp.self], supervisions: [HardLabel.self])

  static func record(_ configuration: RunConfiguration = configuration()) -> RunDirectory.Record {
    .init(configuration: configuration, sources: [:], learnedParameters: 128)
  }

  /// Runs in a folder until `count` steps are made in all; to the end without a count.
  ///
  /// - Returns: What the user is told.
  @discardableResult
  static func run(
    in folder: TemporaryFolder, _ configuration: RunConfiguration = configuration(), untilStep count: Int? = nil
  ) throws -> [String] {
    let directory = try RunDirectory(opening: folder.path, for: record(configuration))
    let trainer = try trainer(configuration)
    var step = 0
    var notes: [String] = []
    do {
      _ = try trainer.run(
        in: directory, shouldStop: { count.map { step >= $0 } ?? false }, note: { notes.append($0) },
        report: { step = $0.step })
    } catch is Trainer.Interrupted {}
    return notes
  }
}
