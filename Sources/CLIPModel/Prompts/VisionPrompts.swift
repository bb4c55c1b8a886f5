import Tensors

/// What is added to the rows of an image: prompts in the first layers, behind class token and patches.
public struct VisionPrompts {
  /// The prompts of layers 0 ..< J, all of the same length. Those of layer 0 get no positional embedding and pass through
  /// `ln_pre`, as in the published code.
  public var layers: [LayerPrompt]
  /// Which images share prompts; never `perClass`.
  public var scope: PromptScope

  /// Prompt rows of each image in a layer.
  var length: Int { layers.length }

  /// Prompts in the first layers.
  public init(layers: [LayerPrompt], scope: PromptScope = .shared) {
    self.layers = layers
    self.scope = scope
  }
}
