import Basics
import CLIPModel
import Datasets
import Foundation
import Optimization
import PromptLearning
import StandardPlugins
import TestSupport
import Tensors
import Testing
import Training

/// Steps that see a sample of the classes.
@Suite struct SampledClassesTests {
  private static func configuration(_ sampled: Int?) -> RunConfiguration {
    var configuration = TinyRun.configuration()
    configuration.sampledClasses = sampled
    return configuration
  }

  private static func step(
    _ sampled: Int?, _ structure: any PromptStructure, _ supervision: Supervision
  ) throws -> (loss: Double, terms: [String: Double], parameters: ParameterSet) {
    let context = try TinyRun.context()
    var model = try TinyRun.model(structure)
    model.takesFeatures = structure is CoOp
    let trainer = try Trainer(
      model, from: try TinyRun.initial(structure, context), supervision: supervision,
      configuration: configuration(sampled), training: TinyRun.images(10), validation: nil,
      backbone: TinyRun.backbone())
    var state = trainer.initialState
    // Two images of two of the three classes, so that one class is another.
    let loss = try trainer.step(&state, on: [0, 1, 3, 4])
    return (Double(loss.sum.value.scalar), loss.terms, state.parameters)
  }

  /// With all other classes in the sample a step is that of the full softmax, to rounding: the classes stand in another order.
  @Test(arguments: [
    TinyRun.coop() as any PromptStructure,
    IVLP {
      $0.textLength = 2; $0.visionLength = 2; $0.initialization = .random
    },
    VPT { $0.contextLength = 2 },
  ])
  func allOthersAreTheFullSoftmax(_ structure: any PromptStructure) throws {
    let supervision = Supervision(HardLabel())
    let (full, sampled) = (try Self.step(nil, structure, supervision), try Self.step(1, structure, supervision))
    #expect(abs(full.loss - sampled.loss) < 1e-5)
    for (name, value) in full.terms { #expect(abs(value - sampled.terms[name]!) < 1e-5, "\(name)") }
    let start = try TinyRun.initial(structure, try TinyRun.context())
    for name in full.parameters.names {
      let change = zip(full.parameters[name]!.elements, start[name]!.elements).map { $0 - $1 }
      let largest = change.map(abs).max()!
      #expect(largest > 0, "\(name)")
      for (a, b) in zip(full.parameters[name]!.elements, sampled.parameters[name]!.elements) {
        #expect(abs(a - b) <= 1e-4 * largest, "\(name)")
      }
    }
  }

  /// Soft labels of a teacher, whose texts are those of the sample too.
  @Test func allOthersAreTheFullSoftmaxOfSoftLabels() throws {
    let task = try TaskRegistry.standard.task(named: "world:shapes@sketch")
    func parameters(_ sampled: Int?) throws -> ParameterSet {
      var recipe = RecipeChoice(epochs: 2)
      recipe.sampledClasses = sampled
      recipe.batchSize = 4
      let run = try Run(
        task: task, backbone: try Backbone(named: "embedded:student"), structure: TinyRun.coop(),
        supervision: HardLabel() + 0.5 * SoftLabelKD { $0.temperature = 2 }, shots: .perClass(1),
        recipe: recipe, validateEvery: 0)
      return try run.trainer(from: try run.initialParameters()).run()
    }
    let (full, sampled, few) = (try parameters(nil), try parameters(12), try parameters(2))
    for name in full.names {
      let (a, b, c) = (full[name]!.elements, sampled[name]!.elements, few[name]!.elements)
      let largest = a.map(abs).max()!
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-3 * largest }, "\(name)")
      #expect(zip(a, c).contains { abs($0 - $1) > 1e-2 * largest }, "\(name)")
    }
  }

  @Test func aRunStoppedAtEveryStepSeesTheSameClasses() throws {
    let (undisturbed, stopped) = (try TemporaryFolder(), try TemporaryFolder())
    let configuration = Self.configuration(1)
    try TinyRun.run(in: undisturbed, configuration)
    for step in 1...6 { try TinyRun.run(in: stopped, configuration, untilStep: step) }
    try TinyRun.run(in: stopped, configuration)
    for file in ["final.safetensors", "metrics.jsonl"] {
      #expect(try stopped.bytes(file) == undisturbed.bytes(file), "\(file)")
    }
  }

  @Test func promptsOfEachClassAreRefused() throws {
    let structure = TinyRun.coop(classSpecific: true)
    let failure = #expect(throws: Failure.self) { try TinyRun.trainer(Self.configuration(1), structure: structure) }
    #expect(failure?.kind == .usage)
    #expect(failure?.description.contains("coop has prompts for each of them") == true)
  }

  /// Recorded where it is chosen, and nowhere else: records of before stay those of the same run.
  @Test func theRecordHasItWhereItIsChosen() {
    #expect(!Self.configuration(nil).json.contains("sampledClasses"))
    #expect(Self.configuration(7).json.contains("\"sampledClasses\":7"))
    #expect(Self.configuration(7).recipe.sampledClasses == 7)
    #expect(Self.configuration(0).mistakes.count == 1)
  }
}
