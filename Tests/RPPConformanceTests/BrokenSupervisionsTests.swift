import Basics
import PromptLearning
import RPPConformance
import Tensors
import Testing

/// In which way a ``BrokenTerm`` is broken.
enum TermDefect: String, CaseIterable, Sendable {
  case none
  case unreadableOption, forgottenOption
  case vector, infinite, throwing, infiniteForTextsOfImages
  case undeclaredModel
  case detachedLogits, halvedFeatures
  case placeInBatch, favouriteClass
}

/// Cross entropy, a pull towards a frozen model's logits and small features, correct but for one defect.
struct BrokenTerm<Words: PluginWords>: SupervisionTerm {
  struct Options: PluginOptions {
    var defect = TermDefect.none
    var scale = 1.0
    /// Not among the options that are recorded.
    var forgotten = 1.0

    init() {}
    static var all: [PluginOption<Options>] {
      [.choice("defect", \.defect, "what is broken"), .number("scale", \.scale, in: 0...10, "factor")]
    }
  }

  static var name: String { Words.name }
  static var summary: String { Words.summary }
  static var paper: String? { nil }

  let options: Options
  init(options: Options) { self.options = options }
  init(_ defect: TermDefect) {
    var options = Options()
    options.defect = defect
    if defect == .forgottenOption { options.forgotten = 2 }
    if defect == .unreadableOption { options.scale = -1 }
    self.init(options: options)
  }

  var frozenModels: [FrozenModelRequest] { [FrozenModelRequest()] }

  func loss(_ input: SupervisionInput) throws -> Variable {
    let asked = options.defect == .undeclaredModel ? FrozenModelRequest(templates: "the {}") : frozenModels[0]
    let frozen = try input[asked]
    let (logits, texts) = (input.prediction.logits, input.prediction.textFeatures)
    let away = logits - frozen.logits
    let features = (texts * texts).mean() + (input.prediction.imageFeatures * input.prediction.imageFeatures).mean()
    let size = (texts * texts * texts).sum()
    let loss =
      logits.softmaxCrossEntropy(labels: input.labels) + (away * away).mean() * Float(options.forgotten) + features
    switch options.defect {
    case .vector: return logits.reshaped([logits.value.count])
    case .infinite: return loss * .infinity
    case .throwing: throw Failure("not today")
    case .infiniteForTextsOfImages: return loss * (texts.value.rows > logits.value.columns ? .infinity : 1)
    case .detachedLogits: return logits.detached.softmaxCrossEntropy(labels: input.labels) + features
    case .halvedFeatures: return loss + size * 0.5 + size.detached * 0.5
    case .placeInBatch: return loss + logits.rows(0..<1).mean()
    case .favouriteClass:
      return loss + logits.softmaxCrossEntropy(labels: input.labels.map { _ in 0 })
    default: return loss
    }
  }
}

@Suite("The kit names what is broken in a supervision, and nothing else")
struct BrokenSupervisionsTests {
  private static let violations: [TermDefect: ConformanceRequirement] = [
    .unreadableOption: .specification, .forgottenOption: .specification,
    .vector: .loss, .infinite: .loss, .throwing: .loss, .infiniteForTextsOfImages: .loss,
    .undeclaredModel: .frozenModels,
    .detachedLogits: .gradients, .halvedFeatures: .gradients,
    .placeInBatch: .batch, .favouriteClass: .classOrder,
  ]

  @Test(arguments: TermDefect.allCases)
  func named(_ defect: TermDefect) throws {
    try expectViolation(Self.violations[defect]) {
      try SupervisionConformance(BrokenTerm<GoodWords>(defect)).check()
    }
  }

  @Test func nameAndSummary() throws {
    try expectViolation(.name) { try SupervisionConformance(BrokenTerm<BadName>(.none)).check() }
    try expectViolation(.summary) { try SupervisionConformance(BrokenTerm<NoSummary>(.none)).check() }
  }
}
