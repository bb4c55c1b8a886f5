import Basics
import CLIPModel
import Optimization
import Tensors

/// How much a structure learns on a backbone.
public struct LearnedSize: Equatable, Sendable {
  /// How many numbers.
  public let parameters: Int
  /// Whether each class has its own.
  public let isClassSpecific: Bool

  /// What a structure learns for some classes.
  ///
  /// Only the sizes matter: the classes have made-up names, and on a backbone without tokenizer every word is one token.
  ///
  /// - Throws: a usage ``Failure`` where the options do not fit the backbone.
  public init(of structure: any PromptStructure, on backbone: Backbone, classCount: Int) throws {
    let size = backbone.configuration.imageSize
    let template = "a photo of a {}."
    let names = (0..<classCount).map { "class \($0)" }
    let blank: @Sendable () -> Tensor = { Tensor(shape: [1, 3, size, size], repeating: 0) }
    let context =
      if backbone.tokenizer != nil {
        try PromptContext(backbone: backbone, classNames: names, template: template, sampleImages: blank)
      } else {
        try PromptContext(
          weights: backbone.weights, classNames: names, template: template,
          tokenize: { $0.split(separator: " ").map { _ in 0 } }, sampleImages: blank)
      }
    var stream = RandomStream(name: "sizes only")
    let initial = try structure.initialParameterSet(context, from: &stream)
    parameters = initial.count
    isClassSpecific =
      try PromptedCLIP(model: backbone.model, structure: structure, context: context, parameters: initial)
      .isClassSpecific
  }
}
