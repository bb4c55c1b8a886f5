import Basics
import CLIPModel
import Foundation
import PromptLearning
import Synchronization
import Tensors

/// In which way a ``BrokenStructure`` is broken.
enum Defect: String, CaseIterable, Sendable {
  case none
  case unreadableOption, forgottenOption
  case hardCodedWidth, hardCodedLength, tooFewSequences, promptWithoutVectors, notFinite, keysBehindNames,
    skippedFirstLayer, unknownTensor
  case tooManyLayers, wrongKindOfError
  case failingNotes
  case undeclaredImage, unusedImage
  case changingStart, constantStart
  case stateOutsideOfParameters
  case halvedGradient, detachedParameter, deadParameter, missingRow
  case classOrder
  case batchMean, placeInBatch
}

/// Name and summary of a plugin for tests.
protocol PluginWords: Sendable {
  static var name: String { get }
  static var summary: String { get }
}

/// Nothing to object to.
enum GoodWords: PluginWords {
  static let name = "broken-plugin"
  static let summary = "A plugin for tests."
}

/// A name that no command line takes.
enum BadName: PluginWords {
  static let name = "Broken_Plugin"
  static let summary = "A plugin for tests."
}

/// A summary that says nothing.
enum NoSummary: PluginWords {
  static let name = "broken-plugin"
  static let summary = " "
}

/// A context in the text and prompts in some layers of the image encoder, correct but for one defect.
struct BrokenStructure<Words: PluginWords>: PromptStructure {
  struct Options: PluginOptions {
    var defect = Defect.none
    var length = 3
    /// Not among the options that are recorded.
    var forgotten = 1.0

    init() {}
    static var all: [PluginOption<Options>] {
      [.choice("defect", \.defect, "what is broken"), .integer("length", \.length, in: 1...8, "vectors")]
    }
  }

  static var name: String { Words.name }
  static var summary: String { Words.summary }
  static var paper: String? { nil }
  static var publishedRecipe: TrainingRecipe? { .published(learningRate: 0.002, batchSize: 4, epochs: 1) }

  let options: Options
  /// State that no parameter holds: lost with the instance.
  private let box = Box()

  init(options: Options) { self.options = options }
  init(_ defect: Defect) {
    var options = Options()
    options.defect = defect
    if defect == .forgottenOption { options.forgotten = 2 }
    if defect == .unreadableOption { options.length = 0 }
    self.init(options: options)
  }

  private var defect: Defect { options.defect }

  private static var contextTensor: LearnedTensor { LearnedTensor("context") }
  private static var shift: LearnedTensor { LearnedTensor("shift") }
  private static var vision: LearnedTensor { LearnedTensor("vision") }
  private static var dead: LearnedTensor { LearnedTensor("dead") }
  private static var slope: LearnedTensor { LearnedTensor("slope") }

  func notes(_ context: PromptContext) throws -> [String] {
    if defect == .failingNotes { throw Failure("no notes here") }
    return []
  }

  func initialParameters(_ context: PromptContext, from stream: inout RandomStream) throws -> [LearnedTensor: Tensor] {
    let configuration = context.configuration
    if defect == .wrongKindOfError, configuration.text.layers < 2 { throw Failure("this model is too small") }
    var source = stream
    if defect == .constantStart { source = RandomStream(name: "always the same") }
    if defect == .changingStart { source = RandomStream(name: UUID().uuidString) }
    func normals(_ shape: [Int]) -> Tensor {
      Tensor(shape: shape, source.normals(shape.reduce(1, *), deviation: 0.1))
    }
    let width = defect == .hardCodedWidth ? 32 : configuration.text.width
    var parameters = [
      Self.contextTensor: normals([3, width]), Self.shift: normals([3, width]),
      Self.vision: normals([2, configuration.vision.width]),
    ]
    if defect == .notFinite { parameters[Self.shift] = Tensor(shape: [3, width], repeating: .infinity) }
    if defect == .deadParameter { parameters[Self.dead] = normals([4]) }
    if defect == .classOrder { parameters[Self.slope] = normals([1, width]) }
    box.factor.withLock { $0 = 1.5 }
    stream = source
    return parameters
  }

  func prompts(_ input: PromptInput) throws -> Prompts {
    let given = try input[Self.shift]
    let shift =
      switch defect {
      case .detachedParameter: given.detached
      case .halvedGradient: given * 0.5 + given.detached * 0.5
      // Its first row is a constant.
      case .missingRow:
        Variable.concatenatingRows([given.detached.rows(0..<1), given.rows(1..<3)])
      case .unknownTensor: try input[LearnedTensor("shfit")]
      default: given
      }
    var context = try (input[Self.contextTensor] + shift) * Float(options.forgotten)
    if defect == .stateOutsideOfParameters { context = context * box.factor.withLock { $0 } }
    let scope: PromptScope
    (context, scope) = try scoped(context, input)
    let prompts = defect == .promptWithoutVectors ? 4 : 3
    var sequences = input.context.sequences(promptLength: prompts)
    if defect == .tooFewSequences { sequences.removeLast() }
    let configuration = input.context.configuration
    if defect == .hardCodedLength {
      sequences = sequences.map { $0.dropLast() + Array(repeating: .token(1), count: 80 - $0.count) + $0.suffix(1) }
    }
    let layers = defect == .tooManyLayers ? 3 : min(2, configuration.vision.layers)
    let vision = VisionPrompts(layers: try (0..<layers).map { _ in LayerPrompt.tokens(try input[Self.vision]) })
    let keysOnly = LayerPrompt.KeysAndValues(keys: context, values: context, space: .projected)
    if defect == .keysBehindNames {
      sequences = input.context.sequences(promptLength: prompts, position: .front)
    }
    let first = defect == .skippedFirstLayer ? [LayerPrompt.carried] : []
    let start =
      first + [
        defect == .keysBehindNames ? LayerPrompt.keysAndValues(keysOnly) : LayerPrompt.tokens(context)
      ]
    return Prompts(texts: [TextPrompts(sequences: sequences, layers: start, scope: scope)], vision: vision)
  }

  /// The context as it is, for each class or for each image.
  private func scoped(_ context: Variable, _ input: PromptInput) throws -> (Variable, PromptScope) {
    let classes = input.context.classNames.count
    let (length, width) = (3, context.value.columns)
    /// Sums of an image's features, as many as a row has columns.
    func fold(_ width: Int) -> Variable {
      let embed = input.context.configuration.embedDimension
      return Variable(
        Tensor(
          shape: [width, embed],
          (0..<width * embed).map { index -> Float in index % embed % width == index / embed ? 1 : 0 }))
    }
    switch defect {
    case .classOrder:
      // The class in place i gets i times the slope.
      let factors = Variable(Tensor(shape: [classes * length, 1], (0..<classes * length).map { Float($0 / length) }))
      let own = context.gatheringRows((0..<classes * length).map { $0 % length })
      return (try (own + .product(factors, input[Self.slope])).reshaped([classes, length, width]), .perClass)
    case .undeclaredImage:
      return (
        context.addingToRows(input.imageFeatures.rows(0..<1).linear(weight: fold(width)).reshaped([width])), .shared
      )
    case .unusedImage:
      let images = input.imageFeatures.value.rows
      let repeated = context.gatheringRows((0..<images * length).map { $0 % length })
      return (repeated.reshaped([images, length, width]), .perImage)
    case .batchMean, .placeInBatch:
      let features = input.imageFeatures
      let images = features.value.rows
      let shares: [Float] = (0..<images * images).map { index -> Float in
        let (image, other) = (index / images, index % images)
        return switch defect {
        case .batchMean: (image == other ? 1 : 0) + 1 / Float(images)
        case .placeInBatch: image == other ? Float(1 + image) : 0
        default: image == other ? 1 : 0
        }
      }
      let mixed = Variable.product(Variable(Tensor(shape: [images, images], shares)), features)
      let shift = mixed.linear(weight: fold(width))
      let rows = images * length
      let shifted =
        context.gatheringRows((0..<rows).map { $0 % length }) + shift.gatheringRows((0..<rows).map { $0 / length })
      return (shifted.reshaped([images, length, width]), .perImage)
    default: return (context, .shared)
    }
  }
}

private final class Box: Sendable {
  let factor = Mutex<Float>(1)
}
