import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Images
import PromptLearning
import Tensors
import Training

/// The images and classes of a command.
struct TaskOption: ParsableArguments {
  @Option(
    help: """
      Where images and classes come from: world:NAME, folder:PATH, list:FILE.csv, dassl:NAME … (see \(Terminal.program) tasks).
      """)
  var task: String?

  /// The task that is named; nil if there is none, or for a mistake, which is remembered.
  func resolve(_ settings: inout Settings) throws -> (any ClassificationTask)? {
    guard let task, !task.isEmpty else { return nil }
    return try settings.attempt("task") {
      let registry = CommandLineApp.tasks
      do {
        return try registry.task(named: task)
      } catch let failure as Failure where failure.kind == .usage {
        let names = registry.names(inList: task)
        guard names.count > 1 else { throw failure }
        throw SettingMistake.list(of: names.count, for: "task")
      }
    }
  }
}

/// Some of a task's classes.
struct ClassesOption: ParsableArguments {
  @Option(
    help: """
      base (the first half of the classes), new (the second) or all (default: all, or those that a run learned). Classes of a \
      folder are in alphabetical order, those of a CSV file in the order in which it first names them.
      """,
    transform: Setting.choice)
  var classes: Setting<ClassSelection>?
}

/// The frozen model.
struct BackboneOption: ParsableArguments {
  @Option(help: "embedded:student, embedded:teacher, random:ViT-B-16 …, or a path.")
  var backbone: String?
}

/// How the frozen model computes.
struct PrecisionOption: ParsableArguments {
  @Option(
    help: """
      How the frozen model multiplies by its weights: fp32, or bf16 with 32-bit sums, about twice as fast where the processor has \
      instructions for it, and fp32 elsewhere; all else is in 32 bits (default: fp32).
      """, transform: Setting.choice)
  var precision: Setting<Precision>?

  /// A backbone in what was asked for, or in fp32, with one line that says so, where the processor has no such instructions.
  func resolve(_ backbone: Backbone) -> Backbone {
    guard precision?.value == .bf16 else { return backbone }
    if HalfPrecision.isSupported { return backbone.with(.bf16) }
    Terminal.line("this processor has no instructions for products in bf16: computing in fp32")
    return backbone
  }
}

/// Where prompts go.
struct StructureOption: ParsableArguments {
  @Option(
    help: "Where prompts go: a plugin with its options (see \(Terminal.program) plugins).",
    transform: Setting.structure)
  var structure: Setting<any PromptStructure>?
}

/// A learned prompt in a file.
struct PromptsOption: ParsableArguments {
  @Option(help: "A learned prompt: final.safetensors of a run, or best.safetensors.")
  var prompts: String?
}

/// How many images are learned from.
struct TrainingImagesOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Training images of each class, or all (default: all there are; 16 on the embedded world, which has no end).",
    transform: Setting.shots)
  var shots: Setting<Shots>?
  @Option(
    parsing: .unconditional,
    help: "Training images in all, instead of --shots: drawn without regard to their classes.",
    transform: Setting.number(RunConfiguration.countLimit))
  var images: Setting<Int>?

  /// Which of the two counts: the command line wins over the file.
  func resolve(_ settings: inout Settings) -> Shots? {
    let inAll = images?.known.map(Shots.inAll)
    guard let shots, images != nil else { return shots?.known ?? inAll }
    let (first, second) = (settings.source(of: "shots"), settings.source(of: "images"))
    if first == second {
      settings.mistake("--shots is a number of images of each class and --images one in all: give only one of them")
    }
    return first == "option" ? shots.known : inAll
  }
}

/// How prompts are trained, where it is not as published or as the backbone's card says; but for the epochs, of which a comparison has
/// a list.
struct RecipeOptions: ParsableArguments {
  @Option(
    help: "published, or card for the one on the backbone's card (default: card if there is one).",
    transform: Setting.choice)
  var recipe: Setting<RecipeChoice.Origin>?
  @Option(
    parsing: .unconditional, help: "Images in a step; wins over the recipe.",
    transform: Setting.number(RunConfiguration.countLimit))
  var batchSize: Setting<Int>?
  @Option(help: "sgd or adamw; wins over the recipe.", transform: Setting.choice)
  var optimizer: Setting<TrainingRecipe.OptimizerName>?
  @Option(
    parsing: .unconditional, help: "Base rate of the schedule; wins over the recipe.",
    transform: Setting.number(TrainingRecipe.learningRateLimit))
  var learningRate: Setting<Double>?
  @Option(
    parsing: .unconditional, help: "SGD's momentum, or AdamW's β₁; wins over the recipe.",
    transform: Setting.number(TrainingRecipe.momentumLimit))
  var momentum: Setting<Double>?
  @Option(
    parsing: .unconditional, help: "Factor of weight decay; wins over the recipe.",
    transform: Setting.number(TrainingRecipe.weightDecayLimit))
  var weightDecay: Setting<Double>?
  @Option(
    parsing: .unconditional, help: "Epochs of warm-up; wins over the recipe.",
    transform: Setting.number(TrainingRecipe.warmupEpochsLimit))
  var warmupEpochs: Setting<Int>?
  @Option(
    parsing: .unconditional, help: "Rate of the warm-up; wins over the recipe.",
    transform: Setting.number(TrainingRecipe.learningRateLimit))
  var warmupLearningRate: Setting<Double>?
  @Option(
    help: """
      How images are changed at random before a step: none, crop-flip (random resized crop and horizontal flip) or rand-augment \
      (two random operations more, as POMP); wins over the recipe.
      """, transform: Setting.choice)
  var augmentation: Setting<Augmentation>?

  /// Whether anything was chosen.
  var isGiven: Bool {
    recipe != nil || optimizer != nil || batchSize != nil || learningRate != nil || momentum != nil
      || weightDecay != nil
      || warmupEpochs != nil || warmupLearningRate != nil || augmentation != nil
  }

  /// What was chosen, once the settings are checked.
  var choice: RecipeChoice {
    var choice = RecipeChoice()
    choice.origin = recipe?.value
    choice.optimizer = optimizer?.value
    choice.batchSize = batchSize?.value
    choice.learningRate = learningRate?.value
    choice.momentum = momentum?.value
    choice.weightDecay = weightDecay?.value
    choice.warmupEpochs = warmupEpochs?.value
    choice.warmupLearningRate = warmupLearningRate?.value
    choice.augmentation = augmentation?.value
    return choice
  }
}

/// How many classes a step sees.
struct SampledClassesOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      Classes that a step sees beside those of its images, drawn uniformly, with the correction that keeps the softmax's \
      denominator unbiased; or all (default: all). For large class sets; tests are over all classes.
      """,
    transform: Setting.sampledClasses)
  var sampledClasses: Setting<Int?>?

  /// How many; nil for all.
  var count: Int? { sampledClasses.flatMap(\.value) }
}

/// How much of intermediate results is kept.
struct ActivationMemoryOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      Gigabytes of intermediate results kept for the backward pass by each encoder. What takes more is worked through in \
      micro-batches, at the price of computing most of it twice (default: 4).
      """,
    transform: Setting.number(RunConfiguration.activationMemoryLimit))
  var activationMemory: Setting<Double>?
}

extension Setting where Value == Int? {
  /// How many classes a step sees beside those of its images; nil for all.
  static var sampledClasses: @Sendable (String) throws -> Setting {
    attempting { text in
      try SettingCounts.readOrAll(text, TrainingRecipe.sampledClassesLimit) {
        SettingMistake(" is \($0), not \(Spelling.quoted(text))")
      }
    }
  }
}

extension Setting where Value == [Int?] {
  /// The same for each run of a comparison, separated by commas.
  static var sampledClasses: @Sendable (String) throws -> Setting {
    attempting { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        try SettingCounts.readOrAll(String(part), TrainingRecipe.sampledClassesLimit) {
          SettingMistake(" has \(Spelling.quoted(String(part))), and each is \($0)")
        }
      }
    }
  }
}
