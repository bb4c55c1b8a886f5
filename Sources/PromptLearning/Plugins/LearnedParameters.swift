import Basics
import CLIP
import Tensors

extension PromptStructure {
  /// How many numbers it learns on a backbone.
  ///
  /// Only the sizes matter: the classes have made-up names, and on a backbone without tokenizer every word is one token.
  ///
  /// - Parameter classCount: For structures that learn something for each class.
  /// - Throws: a usage ``Failure`` where the options do not fit the backbone.
  public func learnedParameterCount(on backbone: Backbone, classCount: Int) throws -> Int {
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
    return try initialParameters(context, from: &stream).values.reduce(0) { $0 + $1.count }
  }
}
