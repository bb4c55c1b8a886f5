import CLIPModel
import Optimization
import Tensors

extension LearnedPrompt {
  /// The rows that the prompt puts into each encoder, `[rows, width]`: of every prompted layer its tokens, or its queries, keys
  /// and values where these are learned apart, one below the other. What a layer uses in several roles is there once.
  ///
  /// An encoder is missing where nothing enters it, and where each class or each image has rows of its own.
  ///
  /// - Throws: ``Failure`` if the prompt was learned on another backbone, or its tensors are not those of its method.
  public func rows(on backbone: Backbone) throws -> [Modality: Tensor] {
    let model = try model(on: backbone, classNames: classNames ?? ["object"], template: "{}")
    // A copy of each, since tensors that started from the same numbers may still share them.
    let copies = parameters.names.map { name in
      (name, Tensor(shape: parameters[name]!.shape, parameters[name]!.elements))
    }
    let prompts = try model.prompts(
      parameters: ParameterSet(Dictionary(uniqueKeysWithValues: copies)), images: 1)
    var rows: [Modality: Tensor] = [:]
    let texts = prompts.texts.filter { !$0.layers.isEmpty }
    if let text = texts.first, texts.count == 1, text.scope == .shared { rows[.text] = Self.stacked(text.layers) }
    if let vision = prompts.vision, vision.scope == .shared { rows[.vision] = Self.stacked(vision.layers) }
    return rows
  }

  private static func stacked(_ layers: [LayerPrompt]) -> Tensor? {
    let tensors = layers.flatMap { layer in
      // The same tensor in two roles has its elements in one place.
      var seen: Set<UnsafePointer<Float>?> = []
      return layer.variables.map(\.value).filter { tensor in
        seen.insert(tensor.withElements(\.baseAddress)).inserted
      }
    }
    guard let width = tensors.first?.columns, tensors.allSatisfy({ $0.columns == width }) else { return nil }
    let elements = tensors.flatMap(\.elements)
    return Tensor(shape: [elements.count / width, width], elements)
  }
}
