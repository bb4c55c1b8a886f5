import Basics
import CLIP
import PromptLearning
import SAPL
import Tensors
import TestSupport
import Testing

@Suite("SAPL computes what its definition says, written out in loops")
struct SAPLReferenceTests {
  @Test("every setting, at depths 1, between, L − 1 and L", arguments: SAPLTests.switches)
  func agrees(space: AttentionPrompt.Space, rows: SAPL.Rows) throws {
    let fixture = try ParityFixture(named: "ivlp")
    let backbone = try ParityFixture.backbone()
    let images = try fixture.tensor("image")
    let placeholders = try fixture.integer("nCtxText")
    let classes = fixture.tokenSequences.map { [$0[0]] + $0.dropFirst(1 + placeholders) }
    let (textLayers, visionLayers) = (backbone.configuration.text.layers, backbone.configuration.vision.layers)
    for textDepth in Self.depths(textLayers) {
      for visionDepth in Self.depths(visionLayers) {
        var options = SAPL.Options()
        (options.space, options.rows) = (space, rows)
        options.branches.initialization = .random
        (options.branches.textLength, options.branches.visionLength) = (2, 3)
        (options.branches.textDepth, options.branches.visionDepth) = (textDepth, visionDepth)
        let structure = SAPL(options: options)
        let context = try promptContext(fixture, backbone: backbone)
        let parameters = try Self.parameters(structure, context)
        let model = PromptedCLIP(model: backbone.model, structure: structure, context: context)
        let found = try model(.pixels(images), parameters: parameters.mapValues { Variable($0) }).logits.value
        let expected = SAPLReference(
          backbone.weights, parameters: parameters, textDepth: textDepth, visionDepth: visionDepth, space: space,
          rows: rows
        ).logits(images: images, classes: classes)
        expectClose(
          found, Tensor(shape: found.shape, expected.flatMap { $0 }.map { Float($0) }),
          "\(space), \(rows), depths \(textDepth) and \(visionDepth)")
      }
    }
  }

  /// 1, one between, L − 1 and L, each once.
  private static func depths(_ layers: Int) -> [Int] {
    Set([1, (layers + 1) / 2, layers - 1, layers]).filter { $0 >= 1 }.sorted()
  }

  /// Numbers of the size that real rows have, each tensor's its own, so that no two could be taken for each other.
  private static func parameters(_ structure: SAPL, _ context: PromptContext) throws -> [String: Tensor] {
    var stream = RandomStream(name: "sapl-reference")
    let start = try structure.initialParameters(context, from: &stream)
    return Dictionary(
      uniqueKeysWithValues: start.sorted { $0.key < $1.key }.map { name, tensor in
        (name, Tensor(shape: tensor.shape, stream.normals(tensor.count, deviation: 0.5)))
      })
  }
}
