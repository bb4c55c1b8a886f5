import Basics
import CLIPModel
import Foundation
import SafeTensors
import Tensors
import Testing

/// Where the golden Hugging Face model is.
private enum Golden {
  static let directory: String = {
    if let path = ProcessInfo.processInfo.environment["RPP_IO_DIR"], !path.isEmpty { return path + "/hf-tiny-clip" }
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    return package.deletingLastPathComponent().appendingPathComponent("shared/fixtures/io/hf-tiny-clip").path
  }()
  static let isThere = FileManager.default.fileExists(atPath: directory)
}

/// A Hugging Face directory gives what transformers compute from it.
@Suite(.enabled(if: Golden.isThere, "needs fixtures/io/hf-tiny-clip (RPP_IO_DIR)"))
struct UserFilesHuggingFaceTests {
  @Test func embeddingsAndLogits() throws {
    let expected = try SafeTensorsFile(path: "\(Golden.directory)/expected.safetensors")
    let backbone = try Backbone(named: Golden.directory)
    let texts = try JSONDecoder().decode([String].self, from: Data((expected.metadata["texts"] ?? "").utf8))
    try #require(!texts.isEmpty)
    let tokens = try texts.map(backbone.tokens)

    let ids = try expected.integers("input_ids")
    let length = try expected.info("input_ids").shape[1]
    for (row, sequence) in tokens.enumerated() {
      // Padding is the end token.
      let padding = Array(repeating: backbone.configuration.endToken, count: length - sequence.count)
      #expect(Array(ids[row * length..<(row + 1) * length]) == sequence + padding)
    }
    let model = backbone.model
    let images = model.imageFeatures(try expected.tensor("pixel_values")).rowsNormalized()
    let embeddings = try model.textFeatures(TextPrompts(tokens: tokens)).rowsNormalized()
    #expect(try agrees(images.value, expected.tensor("expect.image_embeds")))
    #expect(try agrees(embeddings.value, expected.tensor("expect.text_embeds")))
    #expect(
      try agrees(model.logits(images: images, texts: embeddings).value, expected.tensor("expect.logits_per_image")))
  }

  @Test func preprocessingIsThatOfTheDirectory() throws {
    var expected = ImagePreprocessing(size: 48)
    expected.cropOffset = .down
    #expect(try Backbone(named: Golden.directory).preprocessing == expected)
  }
}
