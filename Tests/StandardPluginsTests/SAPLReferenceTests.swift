import Basics
import CLIPModel
import Optimization
import PromptLearning
import StandardPlugins
import Tensors
import TestSupport
import Testing

@Suite("SAPL computes what its definition says, written out in loops")
struct SAPLReferenceTests {
  @Test("every setting on the parity backbone", arguments: SAPLTests.switches, SAPLTests.subsets)
  func parityBackbone(switches: SAPLTests.Switches, unshared: Set<SAPL.Component>) throws {
    let fixture = try ParityFixture(named: "ivlp")
    let backbone = try ParityFixture.backbone()
    let size = backbone.configuration.imageSize
    let placeholders = try fixture.integer("nCtxText")
    try expectAgreement(
      backbone.weights, try promptContext(fixture, backbone: backbone),
      images: try fixture.tensor("image").rows(0..<2 * 3 * size).reshaped([2, 3, size, size]),
      classes: fixture.tokenSequences.map { [$0[0]] + $0.dropFirst(1 + placeholders) }, switches, unshared)
  }

  @Test(
    "every setting on encoders of more layers than three, and not of the same number",
    arguments: SAPLTests.switches, SAPLTests.subsets)
  func deeperBackbone(switches: SAPLTests.Switches, unshared: Set<SAPL.Component>) throws {
    let weights = BackboneWeights(
      random: CLIPConfiguration(
        text: .init(width: 24, layers: 5, heads: 3), vision: .init(width: 32, layers: 6, heads: 2, hiddenWidth: 48),
        embedDimension: 16, contextLength: 12, vocabularySize: 20, patchSize: 4, imageSize: 8,
        activation: .quickGELU), seed: 4)
    let names = ["0", "1 2", "3 1"]
    let context = try PromptContext(weights: weights, classNames: names, template: "{}") { text in
      text == "." ? [7] : text.split(separator: " ").compactMap { Int($0) }
    }
    var stream = RandomStream(name: "sapl-reference-images")
    try expectAgreement(
      weights, context, images: Tensor(shape: [2, 3, 8, 8], stream.normals(2 * 3 * 8 * 8, deviation: 1)),
      classes: context.nameTokens.map { [18] + $0 + [7, 19] }, switches, unshared)
  }

  /// Compares at depths 1, between, L − 1 and L.
  private func expectAgreement(
    _ weights: BackboneWeights, _ context: PromptContext, images: Tensor, classes: [[Int]],
    _ switches: SAPLTests.Switches, _ unshared: Set<SAPL.Component>
  ) throws {
    let textDepths = Self.depths(weights.configuration.text.layers)
    let visionDepths = Self.depths(weights.configuration.vision.layers)
    // Nothing connects the encoders: every depth of either is there, not every pair.
    for (textDepth, visionDepth) in zip(textDepths, visionDepths.reversed()) {
      var options = SAPL.Options()
      (options.space, options.rows, options.unshared) = (switches.space, switches.rows, unshared)
      options.branches.initialization = .random
      (options.branches.textLength, options.branches.visionLength) = (2, 3)
      (options.branches.textDepth, options.branches.visionDepth) = (textDepth, visionDepth)
      let structure = SAPL(options: options)
      let parameters = try Self.parameters(structure, context)
      let model = try PromptedCLIP(
        model: weights.model, structure: structure, context: context, parameters: ParameterSet(parameters))
      let found = try model(.pixels(images), parameters: parameters.mapValues { Variable($0) }).logits.value
      let reference = SAPLReference(
        weights, parameters: parameters, textDepth: textDepth, visionDepth: visionDepth, options)
      let expected = reference.logits(images: images, classes: classes)
      expectClose(
        found, Tensor(shape: found.shape, expected.flatMap { $0 }.map { Float($0) }),
        "\(structure.specification.text), depths \(textDepth) and \(visionDepth)")
      let attention = try model.attentionToPrompts(images, parameters: ParameterSet(parameters))
      let expectedAttention = reference.attentionToPrompts(images: images, classes: classes)
      for (encoder, layers) in expectedAttention {
        let found = try #require(attention[encoder])
        #expect(found.count == layers.count)
        for (one, other) in zip(found, layers) {
          #expect(
            other > 0 && other < 1 && abs(one - other) < 2e-5,
            "\(structure.specification.text), attention to prompts in the \(encoder.rawValue): \(found), not \(layers)")
        }
      }
    }
  }

  /// 1, one between, L − 1 and L, each once.
  private static func depths(_ layers: Int) -> [Int] {
    Set([1, (layers + 1) / 2, layers - 1, layers]).sorted()
  }

  /// Numbers of the size that real rows have, each tensor's its own, so that no two could be taken for each other.
  private static func parameters(_ structure: SAPL, _ context: PromptContext) throws -> [String: Tensor] {
    var stream = RandomStream(name: "sapl-reference")
    let start = try structure.initialParameterSet(context, from: &stream)
    return Dictionary(
      uniqueKeysWithValues: start.names.map { name in
        (name, Tensor(shape: start[name]!.shape, stream.normals(start[name]!.count, deviation: 0.5)))
      })
  }
}
