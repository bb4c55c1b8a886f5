import CLIPModel
import EmbeddedWorld
import Tensors
import Tokenization

/// The images and captions of one step, and which caption is true of which image.
struct CaptionedBatch {
  let images: Tensor
  /// Token sequences with start and end.
  let tokens: [[Int]]
  /// `[images, captions]`: each row spreads 1 over the captions that are true of the image.
  let captionTargets: Tensor
  /// `[captions, images]`: each row spreads 1 over the images that the caption is true of.
  let imageTargets: Tensor
  /// For each image the labels of ``Scene/attributeNames``, −1 where it has none.
  let attributes: [[Int]]

  init(
    step: Int, size: Int, from world: CaptionedScenes, tokenizer: BytePairTokenizer, preprocessing: ImagePreprocessing
  ) {
    let samples = (step * size..<(step + 1) * size).map { world.sample(index: $0) }
    images = preprocessing.tensor(pixels: Scene.draw(count: size) { samples[$0].scene })
    tokens = samples.map { [tokenizer.startToken] + tokenizer.encode($0.caption.text) + [tokenizer.endToken] }
    attributes = samples.map(\.scene.attributeLabels)
    let facts = samples.map(\.scene.facts)
    let truth = Tensor(shape: [size, size]) { out in
      for (i, facts) in facts.enumerated() {
        for (j, sample) in samples.enumerated() {
          out[i * size + j] = sample.caption.isTrue(of: facts) ? 1 : 0
        }
      }
    }
    captionTargets = truth.rowsSummingToOne
    imageTargets = truth.transposed.rowsSummingToOne
  }
}

extension Tensor {
  /// Every row divided by its sum, which must not be 0.
  fileprivate var rowsSummingToOne: Tensor {
    Tensor(shape: shape) { out in
      withElements { elements in
        for row in 0..<rows {
          let range = row * columns..<(row + 1) * columns
          let sum = elements[range].reduce(0, +)
          for index in range { out[index] = elements[index] / sum }
        }
      }
    }
  }
}
