import Basics
import CLIPModel
import StandardPlugins
import Datasets
import Foundation
import Optimization
import PromptLearning
import Tensors
import Testing
import Training
import FeatureStore
import TestSupport

@Suite struct EvaluatorTests {
  private func parameters(_ model: PromptedCLIP) throws -> ParameterSet {
    var stream = RandomStream(name: "evaluated prompts")
    return try model.structure.initialParameterSet(model.context, from: &stream)
  }

  private func logits(_ model: PromptedCLIP, _ set: ImageSet, _ parameters: ParameterSet) throws -> Tensor {
    let pixels = try set.tensor(Array(0..<set.count), preprocessing: TinyRun.preprocessing)
    return try model(.pixels(pixels), parameters: parameters.variables()).logits.value
  }

  private func logProbabilities(_ evaluator: Evaluator, _ parameters: ParameterSet) throws -> [[Float]] {
    var rows: [[Float]] = []
    try evaluator.forEachImage(parameters) { index, row in
      #expect(index == rows.count)
      rows.append(row)
    }
    return rows
  }

  /// 2,500 images are three batches of features.
  @Test func everyImageIsToldInOrderAndAddsUpToTheWhole() throws {
    let (model, set) = (try TinyRun.model(), TinyRun.images(2500))
    let parameters = try parameters(model)
    let evaluator = try Evaluator(model, on: set, backbone: TinyRun.backbone())
    var images: [EvaluatedImage] = []
    let found = try evaluator(parameters) { images.append($0) }
    #expect(images.map(\.index) == Array(0..<2500))
    #expect(images.map(\.name) == set.names && images.map(\.label) == set.labels)
    #expect(images.count(where: \.isCorrect) == found.classes.reduce(0) { $0 + $1.correct })
    #expect(abs(images.reduce(0) { $0 + $1.loss } / 2500 - found.crossEntropy) < 1e-12)
    let rows = try logProbabilities(evaluator, parameters)
    for (image, row) in zip(images, rows) {
      #expect(image.predictedLabel == row.largestIndex && image.loss == -Double(row[image.label]))
      #expect(abs(image.probability - exp(Double(row[image.label]))) < 1e-12)
    }
    // What stops, stops at once.
    struct Enough: Error {}
    var told = 0
    #expect(throws: Enough.self) {
      try evaluator(parameters) { _ in
        told += 1
        if told == 3 { throw Enough() }
      }
    }
    #expect(told == 3)
  }

  @Test func countsAsOneWouldByHand() throws {
    let (model, set) = (try TinyRun.model(), TinyRun.images(50))
    let parameters = try parameters(model)
    let logits = try logits(model, set, parameters)
    var (correct, counts, loss) = ([0, 0, 0], [0, 0, 0], 0.0)
    for (row, label) in set.labels.enumerated() {
      let values = logits.rows(row..<row + 1).elements.map(Double.init)
      counts[label] += 1
      if values[label] == values.max() { correct[label] += 1 }
      loss += log(values.reduce(0) { $0 + exp($1) }) - values[label]
    }
    let found = try Evaluator(model, on: set, backbone: TinyRun.backbone())(parameters)
    #expect(found.classes.map(\.name) == TinyRun.classNames)
    #expect(found.classes.map(\.count) == counts)
    #expect(found.classes.map(\.correct) == correct)
    #expect(found.count == 50)
    #expect(found.accuracy == Double(correct.reduce(0, +)) / 50)
    #expect(abs(found.crossEntropy - loss / 50) < 1e-4)
  }

  /// 150 images are more than are shown to the image encoder at once.
  @Test func probabilitiesSumToOneAndPixelsAgreeWithKeptFeatures() throws {
    let set = TinyRun.images(150)
    let kept = try TinyRun.model()
    let seen = try TinyRun.model(SeenCoOp(options: TinyRun.options()))
    let parameters = try parameters(kept)
    let a = try logProbabilities(Evaluator(kept, on: set, backbone: TinyRun.backbone()), parameters)
    let b = try logProbabilities(Evaluator(seen, on: set, backbone: TinyRun.backbone()), parameters)
    #expect(a.count == 150 && b.count == 150)
    #expect(a.allSatisfy { abs($0.reduce(0) { $0 + exp($1) } - 1) < 1e-5 })
    #expect(zip(a.joined(), b.joined()).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(Set(a.map { $0[0] }).count > 100, "different images are told apart")
  }

  @Test func featuresAreEnough() throws {
    let (model, set) = (try TinyRun.model(), TinyRun.images(7))
    let parameters = try parameters(model)
    let pixels = try set.tensor(Array(0..<7), preprocessing: TinyRun.preprocessing)
    let features = model.model.imageFeatures(pixels).rowsNormalized().value
    let fromFeatures = try model(.features(features), parameters: parameters.variables()).logits.value
    let fromPixels = try logits(model, set, parameters)
    #expect(fromFeatures.shape == [7, 3])
    #expect(zip(fromFeatures.elements, fromPixels.elements).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test(arguments: [false, true]) func theOrderOfClassesDoesNotMatter(_ isClassSpecific: Bool) throws {
    let order = [2, 0, 1]
    let structure = TinyRun.coop(classSpecific: isClassSpecific)
    let model = try TinyRun.model(structure)
    let permuted = try TinyRun.model(structure, order.map { TinyRun.classNames[$0] })
    let parameters = try parameters(model)
    let context = try #require(parameters["context"])
    let moved =
      isClassSpecific
      ? Tensor(shape: context.shape, order.flatMap { context.rows($0 * 2..<$0 * 2 + 2).elements }) : context
    let one = try logits(model, TinyRun.images(5), parameters)
    let other = try logits(permuted, TinyRun.images(5), ParameterSet(["context": moved]))
    for row in 0..<5 {
      for (column, label) in order.enumerated() {
        #expect(abs(other.elements[row * 3 + column] - one.elements[row * 3 + label]) < 1e-4)
      }
    }
    #expect(Set(one.rows(0..<1).elements).count == 3, "classes are told apart")
  }

  @Test func promptsThatOverflowAreNamed() throws {
    let model = try TinyRun.model()
    let huge = ParameterSet(["context": Tensor(shape: [2, 64], repeating: .infinity)])
    #expect(throws: Failure.self) {
      try Evaluator(model, on: TinyRun.images(3), backbone: TinyRun.backbone())(huge)
    }
  }

  @Test func theFirstOfEqualsIsTheLargest() {
    #expect([1, 3, 3, 2].largestIndex == 1)
    #expect([0, 0].largestIndex == 0)
    #expect([-.infinity, -1].largestIndex == 1)
  }

  @Test func memoryIsPredictedAndWhatDoesNotFitIsSaid() throws {
    let backbone = try Backbone(named: "embedded:student")
    func run(_ task: String, memory: Double?) throws -> Run {
      try Run(
        task: try TaskRegistry.standard.task(named: task), backbone: backbone, structure: TinyRun.coop(),
        supervision: Supervision(HardLabel()),
        shots: .perClass(2), recipe: RecipeChoice(batchSize: 4), activationMemory: memory)
    }
    func warning(_ run: Run, _ available: Int?) throws -> String? {
      let initial = try run.initialParameters()
      return try run.memoryWarning(try run.model(initial), initial, available: available)
    }
    let small = try run("world:shapes", memory: 0.001)
    let initial = try small.initialParameters()
    let memory = try PredictedMemory(
      try small.model(initial), initial, batchSize: 4, weights: backbone.weights.bytes)
    #expect(memory.weights == backbone.weights.bytes)
    #expect(memory.images == nil && memory.pixels == 0)
    // What is kept cannot be less than what one class needs, twice.
    #expect(memory.texts.kept < 1_000_000)
    #expect(memory.peak == memory.weights + memory.texts.total)
    let step = memory.peak - memory.weights
    #expect(try warning(small, step) == nil)
    #expect(try warning(small, nil) == nil)
    // No limit makes it smaller than what one class needs.
    let hopeless = try #require(try warning(small, 1))
    #expect(hopeless.contains("and 1 bytes are free; the run goes on, but give a batch size below 4"))
    // The warning names a limit with which there is none.
    let large = try run("world:large", memory: nil)
    let whole = try PredictedMemory(
      try large.model(initial), initial, batchSize: 4, weights: backbone.weights.bytes)
    let available = (whole.peak - whole.weights) / 2
    let text = try #require(try warning(large, available))
    let advice = try #require(text.firstMatch(of: /an activation memory of ([0-9.]+) GB/))
    #expect(try warning(try run("world:large", memory: Double(advice.1)), available) == nil)
  }

  @Test func classSpecificPromptsSayNothingOfOtherClasses() throws {
    let backbone = try Backbone(named: "embedded:student")
    let task = try TaskRegistry.standard.task(named: "world:shapes")
    func prompt(_ structure: any PromptStructure) throws -> LearnedPrompt {
      try Run(
        task: task, backbone: backbone, structure: structure, supervision: Supervision(HardLabel()), classes: .base,
        shots: .perClass(1), recipe: RecipeChoice(epochs: 1), validateEvery: 0
      ).train().prompt
    }
    let specific = try prompt(TinyRun.coop(classSpecific: true))
    #expect(try specific.classNames == task.classNames(.base))
    let refusal = #expect(throws: Failure.self) { try specific.evaluate(on: task, .new, backbone: backbone) }
    #expect(refusal?.kind == .usage)
    #expect(refusal?.description.contains("were learned for each of the classes circle") == true)
    #expect(try specific.evaluate(on: task, .base, backbone: backbone).classes.count == 6)
    let shared = try prompt(TinyRun.coop())
    #expect(shared.classNames == nil)
    #expect(try shared.evaluate(on: task, .new, backbone: backbone).classes.count == 6)
  }
}
