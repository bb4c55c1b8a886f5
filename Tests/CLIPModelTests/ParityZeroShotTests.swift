import CLIPModel
import Tensors
import TestSupport
import Testing

/// The encoders agree with the published code on a small random CLIP.
struct ParityZeroShotTests {
  @Test func featuresAndLogits() throws {
    let fixture = try ParityFixture(named: "zeroshot")
    let model = try ParityFixture.backbone().model
    let images = model.imageFeatures(try fixture.tensor("image"))
    let texts = try model.textFeatures(TextPrompts(tokens: fixture.tokenSequences))
    let logits = model.logits(images: images.rowsNormalized(), texts: texts.rowsNormalized())
    #expect(try agrees(images.value, fixture.tensor("expect.image_features")))
    #expect(try agrees(texts.value, fixture.tensor("expect.text_features")))
    #expect(try agrees(logits.value, fixture.tensor("expect.logits")))
  }
}
