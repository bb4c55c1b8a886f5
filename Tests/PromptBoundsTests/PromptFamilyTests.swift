import Basics
import BoundAnalysis
import CLIPModel
import Datasets
import Foundation
import Optimization
import PromptLearning
import PromptBounds
import StandardPlugins
import TestSupport
import Testing
import Training

/// The prompts of a structure as a family of predictors.
@Suite struct PromptFamilyTests {
  private static let task = "world:shapes@blurry"

  private func family(
    _ structure: any PromptStructure = CoOp { $0.contextLength = 2 }, classes: ClassSelection = .all,
    minimiser: PromptMinimiser = .quasiNewton, equalShares: Bool = false, task: (any ClassificationTask)? = nil
  ) throws -> PromptFamily {
    let backbone = try Backbone(named: "embedded:student")
    return try PromptFamily(
      structure, task: try task ?? TaskRegistry.standard.task(named: Self.task), backbone: backbone,
      setting: try setting(classes: classes, minimiser: minimiser, equalShares: equalShares),
      objective: try DistilledObjective(labels: HardLabel(), distillation: SoftLabelKD()))
  }

  private func setting(
    classes: ClassSelection = .all, minimiser: PromptMinimiser = .quasiNewton, equalShares: Bool = false
  ) throws -> PromptFamily.Setting {
    let backbone = try Backbone(named: "embedded:student")
    return PromptFamily.Setting(
      task: Self.task, classes: classes, backbone: backbone.name, backboneChecksum: backbone.checksum,
      distillation: "soft-label-kd", minimiser: minimiser, heldOutCount: 48, hasEqualShares: equalShares, seed: 3)
  }

  private let draw = TrainingDraw(.estimate, size: 8, index: 0)

  @Test func `Losses and divergences are those of an evaluation and of the supervision`() throws {
    let family = try family()
    let set = try family.trainingSet(draw)
    let start = try family.start(on: set)
    // The same images by the same names, as a run sees them.
    var stream = draw.stream("images", seed: 3)
    let task = try TaskRegistry.standard.task(named: Self.task)
    let backbone = try Backbone(named: "embedded:student")
    let images = try task.trainingSet(.inAll(8), seed: stream.next())
    let run = try Run(
      task: task, backbone: backbone, structure: family.structure, supervision: HardLabel() + SoftLabelKD(),
      shots: .inAll(8))
    let model = try run.model(start)
    let evaluation = try Evaluator(model, on: images, backbone: backbone)(start)
    let values = try family.values(of: start, on: set)
    #expect(abs(values.loss - evaluation.crossEntropy) < 1e-5)
    #expect(values.accuracy == evaluation.accuracy)
    let trainer = try Trainer(
      model, from: start, supervision: HardLabel() + SoftLabelKD(), configuration: run.configuration, training: images,
      validation: nil, backbone: backbone)
    let terms = try trainer.terms(at: start)
    #expect(abs(values.loss - terms["hard-label"]!) < 1e-5)
    #expect(abs(values.divergence - terms["soft-label-kd"]!) < 1e-5)
    #expect(values.losses.allSatisfy { $0 >= 0 && $0 <= family.facts.lossCap! })
    // The teacher is the student's own zero-shot predictor.
    #expect(try family.values(of: nil, on: set).divergence < 1e-9)
    #expect(
      abs(
        try family.values(of: nil, on: set).loss
          - task.evaluateZeroShot(on: backbone, images: images).crossEntropy) < 1e-5)
  }

  @Test func `Training lowers the objective of its λ, and more of it lowers it further`() throws {
    let family = try family()
    let set = try family.trainingSet(draw)
    let start = try family.start(on: set)
    for text in ["0", "1", "inf"] {
      let weight = try DistillationWeight(text)
      let few = try family.trained(on: set, weight: weight, from: start, budget: 5)
      let many = try family.trained(on: set, weight: weight, from: start, budget: 40)
      let objectives = try [start, few.predictor, many.predictor].map {
        try family.values(of: $0, on: set).objective(weight)
      }
      #expect(objectives[1] < objectives[0])
      #expect(objectives[2] < objectives[1])
      #expect(few.evaluations == 5 && many.evaluations == 40)
    }
  }

  @Test(arguments: ["0", "1", "inf"])
  func `A recipe of the field trains another Θ* from the structure's own start`(text: String) throws {
    let weight = try DistillationWeight(text)
    let family = try family(
      minimiser: .recipe(RecipeChoice(.published, optimizer: .adamw, learningRate: 0.001, epochs: 3)))
    let set = try family.trainingSet(draw)
    let start = try family.start(on: set)
    let trained = try family.trained(on: set, weight: weight, from: start, budget: 1)
    let again = try family.trained(on: set, weight: weight, from: trained.predictor, budget: 1)
    #expect(trained.predictor == again.predictor, "it does not go on from where another λ ended")
    #expect(trained.evaluations == 3, "three epochs of one batch")
    #expect(
      try family.values(of: trained.predictor, on: set).objective(weight)
        < family.values(of: start, on: set).objective(weight))
  }

  @Test func `Ascent finds more than its start, and stays in H_λ`() throws {
    let family = try family()
    let set = try family.trainingSet(draw)
    let start = try family.trained(
      on: set, weight: try DistillationWeight("inf"), from: try family.start(on: set), budget: 30
    ).predictor
    let signs = [1.0, -1, 1, 1, -1, -1, 1, -1]
    let losses = try family.values(of: start, on: set).losses
    let atStart = 2 * zip(signs, losses).reduce(0) { $0 + $1.0 * $1.1 } / 8
    func maximum(_ radius: Double, restart: Int = 0) throws -> Double {
      try family.signedLossMaximum(signs: signs, on: set, from: start, radius: radius, restart: restart)
    }
    let inside = try family.heldOutValues(of: start).divergence
    let maxima = try [inside, inside + 0.01, inside + 0.3, .infinity].map { try maximum($0) }
    #expect(maxima[0] >= atStart)
    #expect(maxima[1] > atStart + 0.01)
    // An ascent ends on a hill, which need not be higher in a larger set: on which one follows from the kernels' last bits.
    #expect(maxima[2] > atStart + 0.01)
    #expect(maxima[3] > maxima[1])
    #expect(maxima[3] <= 2 * family.facts.lossCap!)
    // R ≤ 0.01 + a little, and Pinsker: no loss can move by more than e^X √(2ρ).
    let x = losses.max()! + 0.5
    #expect(maxima[1] - atStart <= 2 * exp(x) * (2 * (inside + 0.01)).squareRoot())
    #expect(try maximum(inside + 0.3, restart: 1) == maximum(inside + 0.3, restart: 1))
  }

  @Test func `Random neighbours lie around a prompt, and the prior where no training set decides`() throws {
    for structure in [CoOp { $0.contextLength = 2 }, IVLP { $0.initialization = .warm }] as [any PromptStructure] {
      let family = try family(structure)
      let perturbation = try #require(family.perturbation)
      let set = try family.trainingSet(draw)
      let start = try family.start(on: set)
      let distance = perturbation.squaredDistanceFromPrior(start)
      // A warm start has the mean states of the set's images, the prior those of the pool's.
      #expect(structure is CoOp ? distance == 0 : distance > 0)
      var stream = RandomStream(name: "neighbours")
      let neighbour = perturbation.neighbour(start, 0.1, &stream)
      let moved = start.names.reduce(0.0) { sum, name in
        zip(neighbour[name]!.elements, start[name]!.elements).reduce(sum) {
          $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
        }
      }
      if structure is CoOp {
        #expect(abs(perturbation.squaredDistanceFromPrior(neighbour) / moved - 1) < 1e-6)
      }
      // n s², give or take five standard deviations of it.
      let count = Double(family.parameterCount)
      #expect(abs(moved / (0.01 * count) - 1) < 5 * (2 / count).squareRoot())
      #expect(perturbation.neighbour(start, 0.1, &stream) != neighbour)
    }
  }

  @Test func `Terms that are not the theorem's are refused`() throws {
    let task = try TaskRegistry.standard.task(named: Self.task)
    let setting = try setting()
    var soft = SoftLabelKD.Options()
    soft.temperature = 2
    for (objective, words) in [
      (try DistilledObjective(labels: HardLabel(), distillation: SoftLabelKD(options: soft)), "τ is not 1.0"),
      (
        try DistilledObjective(labels: HardLabel(), distillation: SoftLabelKD(), temperature: 3), "τ is not 3.0"
      ),
    ] {
      let error = #expect(throws: Failure.self) {
        try PromptFamily(
          CoOp { $0.contextLength = 2 }, task: task, backbone: try Backbone(named: "embedded:student"),
          setting: setting, objective: objective)
      }
      #expect(error?.kind == .usage && error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
    #expect(throws: Failure.self) { try DistilledObjective(labels: HardLabel(), distillation: HardLabel()) }
    #expect(throws: Failure.self) { try DistilledObjective(labels: SoftLabelKD(), distillation: SoftLabelKD()) }
  }

  @Test func `Draws are independent, and the same for every structure`() throws {
    let coop = try family()
    let sapl = try family(SAPL())
    let other = TrainingDraw(.estimate, size: 8, index: 1)
    let pilot = TrainingDraw(.pilot, size: 8, index: 0)
    func zeroShot(_ family: PromptFamily, _ draw: TrainingDraw) throws -> [Double] {
      try family.values(of: nil, on: try family.trainingSet(draw)).losses
    }
    #expect(try zeroShot(coop, draw) == zeroShot(sapl, draw))
    let losses = try [draw, other, pilot].map { try zeroShot(coop, $0) }
    #expect(Set(losses).count == 3)
    #expect(Set(losses.joined()).count == 24, "no image twice")
  }

  @Test func `Vision prompts are swept too`() throws {
    let family = try family(SAPL())
    #expect(family.encodesImages)
    let set = try family.trainingSet(TrainingDraw(.estimate, size: 4, index: 0))
    let start = try family.start(on: set)
    let weight = try DistillationWeight("1")
    let trained = try family.trained(on: set, weight: weight, from: start, budget: 4)
    #expect(
      try family.values(of: trained.predictor, on: set).objective(weight)
        < family.values(of: start, on: set).objective(weight))
    let maximum = try family.signedLossMaximum(
      signs: [1, -1, 1, -1], on: set, from: trained.predictor,
      radius: try family.heldOutValues(of: trained.predictor).divergence + 0.1, restart: 1)
    #expect(maximum.isFinite)
  }

  @Test func `Base classes have new ones beside them`() throws {
    let family = try family(classes: .base)
    let set = try family.trainingSet(draw)
    let start = try family.start(on: set)
    let accuracy = try #require(try family.newClassAccuracy(of: start))
    let task = try TaskRegistry.standard.task(named: Self.task)
    let backbone = try Backbone(named: "embedded:student")
    let prompt = LearnedPrompt(
      structure: family.structure, parameters: start, backbone: backbone.name, backboneChecksum: backbone.checksum,
      classNames: nil, run: nil)
    #expect(abs(accuracy - (try prompt.evaluate(on: task, .new, backbone: backbone).accuracy)) < 1e-12)
    #expect(try self.family().newClassAccuracy(of: start) == nil)
    #expect(abs(family.facts.uniformLoss - log(6)) < 1e-12)
  }

  @Test func `Equal shares need a size that the classes divide`() throws {
    let family = try family(equalShares: true)
    #expect(throws: Failure.usage("8 images cannot have equal shares of 12 classes; take 12")) {
      try family.trainingSet(draw)
    }
    #expect(
      try family.trainingSet(TrainingDraw(.estimate, size: 24, index: 0)).images.labels.sorted()
        == (0..<12).flatMap { [$0, $0] })
  }

  @Test func `A task with an end of images tells how many it has, and refuses more`() throws {
    let world = try TaskRegistry.standard.task(named: Self.task)
    let task = StoredTask(
      name: "stored", classNames: world.classNames, training: try world.trainingSet(.perClass(2), seed: 1),
      test: try world.testSet())
    let family = try family(task: task)
    #expect(family.facts.population == 24)
    #expect(try family.heldOutValues(of: nil).losses.count == 480)
    #expect(throws: Failure.self) { try family.trainingSet(TrainingDraw(.estimate, size: 25, index: 0)) }
  }
}
