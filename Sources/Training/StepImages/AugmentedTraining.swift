import Basics
import CLIPModel
import Datasets
import Images
import PromptLearning
import Tensors

/// What steps see of images that are changed at random before each of them. The prompted model and the frozen models that a
/// supervision listens to see the same change of an image, as in the published code.
struct AugmentedTraining {
  /// A frozen image encoder and which of the batches' inputs it takes.
  private struct Encoder {
    let backbone: Backbone
    let input: Int
  }

  /// The pixels of the changed images, as each of the models takes them.
  let batches: PixelBatches
  private let model: PromptedCLIP
  private let frozen: [FrozenModelRequest: FrozenModel]
  /// The first is that of the prompted model's backbone.
  private let encoders: [Encoder]
  /// Whose features each frozen model takes.
  private let places: [FrozenModelRequest: Int]

  /// - Parameter frozen: Models that hold their backbones.
  init(
    _ model: PromptedCLIP, of own: Backbone, frozen: [FrozenModelRequest: FrozenModel], images: ImageSet,
    configuration: RunConfiguration
  ) {
    (self.model, self.frozen) = (model, frozen)
    var inputs = [own.preprocessing]
    var encoders = [Encoder(backbone: own, input: 0)]
    places = frozen.mapValues { frozen in
      let backbone = frozen.backbone ?? own
      let known = encoders.firstIndex {
        $0.backbone.checksum == backbone.checksum && $0.backbone.preprocessing == backbone.preprocessing
      }
      if let known { return known }
      let input = inputs.firstIndex(of: backbone.preprocessing) ?? inputs.count
      if input == inputs.count { inputs.append(backbone.preprocessing) }
      encoders.append(Encoder(backbone: backbone, input: input))
      return encoders.count - 1
    }
    self.encoders = encoders
    batches = PixelBatches(
      DecodedImages(images), configuration.augmentation, for: inputs, from: configuration.augmentationStream)
  }

  /// The images of a step as the prompted model takes them, and what the frozen models say of them.
  ///
  /// - Parameter sample: The classes that the step sees; nil for all.
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read.
  func seen(
    _ batch: PixelBatches.Batch, _ sample: ClassSample?
  ) throws -> (images: PromptedCLIP.Images, frozen: [FrozenModelRequest: Prediction]) {
    let own = batch.ofRank
    let pixels = own.indices.isEmpty ? [] : try batches.pixels(own)
    func images(_ input: Int) -> PromptedCLIP.Images { .ofRanks(batch.indices) { _ in pixels[input] } }
    // Several frozen models can be one backbone with different texts; and the prompted model's, where its images have no prompts.
    var known: [Int: Variable] = [:]
    func features(_ place: Int) -> Variable {
      if let features = known[place] { return features }
      let encoder = encoders[place]
      let features = encoder.backbone.model.frozenFeatures(images(encoder.input))
      known[place] = features
      return features
    }
    let images: PromptedCLIP.Images =
      model.takesFeatures ? .features(features(0).value) : images(encoders[0].input)
    var predictions: [FrozenModelRequest: Prediction] = [:]
    for (request, model) in frozen {
      predictions[request] = model.prediction(ofFeatures: features(places[request]!), of: sample)
    }
    return (images, predictions)
  }
}
