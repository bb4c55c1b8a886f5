import Basics
import CLIPModel
import Datasets
import FeatureStore
import PromptLearning
import StandardPlugins
import TestSupport
import Tensors
import Testing
import Training

/// Runs on a backbone in half precision.
@Suite("Precision", .enabled(if: HalfPrecision.isSupported, "this processor has no bf16 instructions"))
struct PrecisionTests {
  private static func run(_ precision: Precision, _ structure: any PromptStructure) throws -> Run {
    try Run(
      task: TaskRegistry.standard.task(named: "world:shapes@blurry"),
      backbone: Backbone(named: "embedded:student").with(precision), structure: structure,
      supervision: Supervision(HardLabel()) + Supervision(SoftLabelKD()), shots: .perClass(4),
      recipe: RecipeChoice(batchSize: 16, epochs: 8))
  }

  /// Prompts learned in half precision test as those in 32 bits do, within what rounding does; the record says which was which.
  @Test(arguments: [CoOp { $0.contextLength = 2 }, MaPLe()] as [any PromptStructure])
  func testsAsIn32Bits(_ structure: any PromptStructure) throws {
    let (half, whole) = (try Self.run(.bf16, structure), try Self.run(.fp32, structure))
    #expect(half.configuration.precision == .bf16)
    #expect(whole.configuration.precision == nil)
    let (a, b) = (try half.train().result, try whole.train().result)
    #expect(abs(a.zeroShot.crossEntropy - b.zeroShot.crossEntropy) < 0.02)
    #expect(a.zeroShot.crossEntropy != b.zeroShot.crossEntropy)
    #expect(abs(a.test.accuracy - b.test.accuracy) < 0.05)
    #expect(abs(a.test.crossEntropy - b.test.crossEntropy) < 0.1)
  }

  /// A folder belongs to one precision, and what is read again is in that one.
  @Test func belongsToItsFolder() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run"
    let structure = CoOp { $0.contextLength = 2 }
    let result = try Self.run(.bf16, structure).train(in: path).result
    #expect(throws: Failure.self) { try Self.run(.fp32, structure).train(in: path) }
    let again = try Run(in: path, registry: .standard)
    #expect(again.backbone.precision == .bf16)
    let prompt = try again.learnedPrompt(in: path, registry: .standard)
    let task = again.task
    #expect(try prompt.evaluate(on: task, backbone: again.backbone).crossEntropy == result.test.crossEntropy)
    // Features that were kept in one precision are not found in the other.
    let cache = Cache("\(folder.path)/cache")
    let set = try task.testSet()
    _ = try FrozenResults(cache: cache).imageFeatures(of: set, by: again.backbone)
    let results = FrozenResults(cache: cache)
    _ = try results.imageFeatures(of: set, by: again.backbone.with(.fp32))
    #expect(results.uses.map(\.found) == [0])
  }
}
