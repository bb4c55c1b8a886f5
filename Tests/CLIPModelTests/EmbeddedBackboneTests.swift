import CLIPModel
import Foundation
import Tensors
import Testing

/// The backbones that come with RPP.
struct EmbeddedBackboneTests {
  /// Where the package keeps them; the tests themselves find them as any program does.
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/CLIPModel/Resources/Embedded").standardized.path
  private static let present = ["student", "teacher"].filter {
    FileManager.default.fileExists(atPath: "\(folder)/\($0).safetensors")
  }

  @Test(.enabled(if: !present.isEmpty, "no embedded backbone was trained yet"), arguments: present)
  func theyClassifyImagesByWords(name: String) throws {
    let backbone = try Backbone(named: "embedded:\(name)")
    #expect(backbone.card != nil)
    let tokens = try backbone.tokens(of: "a red circle")
    let model = backbone.model
    let size = backbone.configuration.imageSize
    let images = model.imageFeatures(Tensor(shape: [1, 3, size, size], repeating: 0)).rowsNormalized()
    let texts = try model.textFeatures(TextPrompts(tokens: [tokens])).rowsNormalized()
    #expect(model.logits(images: images, texts: texts).value.isFinite)
  }

  @Test func theyAreSmall() throws {
    let sizes = try FileManager.default.contentsOfDirectory(atPath: Self.folder).map {
      try #require(try FileManager.default.attributesOfItem(atPath: "\(Self.folder)/\($0)")[.size] as? Int)
    }
    #expect(sizes.reduce(0, +) <= 12 << 20)
  }
}
