import Basics
import CLIPModel
import Tensors

/// What a structure may ask of the frozen model and the classes.
public struct PromptContext: Sendable {
  /// The model's sizes.
  public let configuration: CLIPConfiguration
  /// The names of the classes in label order.
  public private(set) var classNames: [String]
  /// The task's own template, `{}` standing for the class name.
  public let template: String
  /// The template of somebody who knows the style of the task's images, where it has one; see ``sequences(templates:)``.
  public let domainTemplate: String?
  /// Each class name's tokens.
  public private(set) var nameTokens: [[Int]]
  /// Some training images, normalised, `[images, 3, size, size]`, for prompts that start from what the frozen model makes of
  /// them; throws where there are none.
  public private(set) var sampleImages: @Sendable () throws -> Tensor
  private let weights: BackboneWeights
  private let tokenize: @Sendable (String) throws -> [Int]
  private let fullStop: [Int]

  /// The classes of a task on a backbone that has a tokenizer.
  ///
  /// - Throws: ``Failure`` if the backbone has no tokenizer.
  public init(
    backbone: Backbone, classNames: [String], template: String, domainTemplate: String? = nil,
    sampleImages: @escaping @Sendable () throws -> Tensor = Self.noImages
  ) throws {
    let tokenize: @Sendable (String) throws -> [Int] = { text in
      // Without the start and end token.
      Array(try backbone.tokens(of: text).dropFirst().dropLast())
    }
    try self.init(
      weights: backbone.weights, classNames: classNames, template: template, domainTemplate: domainTemplate,
      tokenize: tokenize, sampleImages: sampleImages)
  }

  /// Classes whose words are turned into tokens by any function.
  public init(
    weights: BackboneWeights, classNames: [String], template: String, domainTemplate: String? = nil,
    tokenize: @escaping @Sendable (String) throws -> [Int],
    sampleImages: @escaping @Sendable () throws -> Tensor = Self.noImages
  ) throws {
    configuration = weights.configuration
    self.weights = weights
    self.sampleImages = sampleImages
    self.classNames = classNames
    self.template = template
    self.domainTemplate = domainTemplate
    self.tokenize = tokenize
    nameTokens = try classNames.map { try tokenize(Self.words($0)) }
    fullStop = try tokenize(".")
  }

  /// The same with other images to start from.
  public func with(sampleImages: @escaping @Sendable () throws -> Tensor) -> PromptContext {
    var copy = self
    copy.sampleImages = sampleImages
    return copy
  }

  /// The same with some of the classes, given by their labels.
  func restricted(to classes: [Int]) -> PromptContext {
    var copy = self
    copy.classNames = classes.map { classNames[$0] }
    copy.nameTokens = classes.map { nameTokens[$0] }
    return copy
  }

  /// Each class name in a template, as a sequence of tokens from start to end.
  ///
  /// - Throws: a usage ``Failure`` if the template has no `{}`.
  public func sequences(template: String) throws -> TextPrompts {
    guard template.contains("{}") else {
      throw Failure.usage("the template \"\(template)\" has no {} where the class name goes")
    }
    return TextPrompts(
      tokens: try classNames.map { name in
        framed(try tokenize(template.replacing("{}", with: Self.words(name))))
      })
  }

  /// Each class name with `length` prompt rows, a full stop and the end token:
  /// `[SOS] [prompt × length] [name] [.] [EOS]` for `end`; see ``ClassTokenPosition``.
  ///
  /// - Parameter fixedWords: Words that stand between the prompts and the rest, the same for all classes.
  public func sequences(
    promptLength length: Int, position: ClassTokenPosition = .end, fixedWords: [Int] = []
  ) -> [[TextRow]] {
    let (before, after) = position.split(length)
    let fixed = fixedWords.map(TextRow.token)
    return nameTokens.map { name in
      [.token(configuration.startToken)] + before.map(TextRow.prompt) + fixed + name.map(TextRow.token)
        + after.map(TextRow.prompt) + fullStop.map(TextRow.token) + [.token(configuration.endToken)]
    }
  }

  /// The tokens of some words.
  public func tokens(of words: String) throws -> [Int] { try tokenize(words) }

  /// The frozen model's embeddings of tokens, `[tokens, text width]`.
  public func embeddings(of tokens: [Int]) -> Tensor {
    Variable(weights.tensors["token_embedding.weight"]!).gatheringRows(tokens).value
  }

  /// The frozen model's weight under OpenAI's name; nil if it has none of that name.
  public func weight(_ name: String) -> Tensor? { weights.tensors[name] }

  /// The frozen model.
  public var model: CLIP { weights.model }

  /// For contexts without training images.
  public static let noImages: @Sendable () throws -> Tensor = {
    throw Failure.usage("initialization=warm starts from training images, and there are none here")
  }

  private func framed(_ tokens: [Int]) -> [Int] {
    [configuration.startToken] + tokens + [configuration.endToken]
  }

  /// An underscore in a class name is a space.
  private static func words(_ name: String) -> String { name.replacing("_", with: " ") }
}
