import CLIPModel

/// What a structure makes of its parameters: what enters the two encoders.
public struct Prompts {
  /// What enters the text encoder. Of several, the features are normalised, averaged and normalised again (hand-written
  /// templates); usually there is one.
  public var texts: [TextPrompts]
  /// What enters the image encoder; nil where images are encoded as they are.
  public var vision: VisionPrompts?

  /// Prompts for one or both encoders.
  public init(texts: [TextPrompts], vision: VisionPrompts? = nil) {
    self.texts = texts
    self.vision = vision
  }

  /// Whether each image has prompts of its own.
  public var areOfImages: Bool { (texts.map(\.scope) + [vision?.scope]).contains(.perImage) }
  /// Whether each class has prompts of its own, which say nothing of other classes.
  public var areOfClasses: Bool { texts.contains { $0.scope == .perClass } }
}
