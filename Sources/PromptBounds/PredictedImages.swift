import Basics
import BoundAnalysis
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import Optimization
import PromptLearning
import Tensors
import Training

/// Labelled images with what the teacher and the frozen model's own template say of them.
struct PredictedImages: Sendable {
  private let batches: ImageBatches
  private let request: FrozenModelRequest
  private let teacherLogits: Tensor
  private let zeroShotLogits: Tensor

  /// - Parameter model: Whether features are enough for it counts.
  init(
    _ set: ImageSet, model: PromptedCLIP, teacher request: FrozenModelRequest, backbone: Backbone, frozen: FrozenResults
  ) throws {
    batches = try ImageBatches(set, for: model, backbone: backbone, frozen: frozen)
    self.request = request
    func logits(_ request: FrozenModelRequest) throws -> Tensor {
      try FrozenModel(request, own: backbone, student: model.context, images: set, frozen: frozen)
        .prediction(Array(0..<set.count)).logits.value
    }
    teacherLogits = try logits(request)
    zeroShotLogits = try logits(FrozenModelRequest())
  }

  var count: Int { batches.count }
  var labels: [Int] { batches.labels }

  func images(_ indices: [Int]) throws -> PromptedCLIP.Images { try batches.images(indices) }

  /// What a supervision judges, of all images or of some.
  ///
  /// - Parameter texts: The model's text features at the parameters, where they are known.
  func input(
    _ model: PromptedCLIP, _ parameters: [String: Variable], _ indices: [Int]? = nil, texts: Variable? = nil
  ) throws -> SupervisionInput {
    let indices = indices ?? Array(0..<count)
    let prediction = try model(try images(indices), parameters: parameters, texts: texts)
    let teacher = Variable(teacherLogits).gatheringRows(indices)
    return SupervisionInput(
      prediction: prediction, labels: indices.map { labels[$0] },
      frozen: [
        request: Prediction(
          logits: teacher, imageFeatures: prediction.imageFeatures, textFeatures: prediction.textFeatures)
      ])
  }

  /// - Throws: a usage ``Failure`` if a term of an objective is not what is measured of every image: another loss, or a
  ///   divergence with another temperature.
  func require(
    _ objective: DistilledObjective, of model: PromptedCLIP, at parameters: ParameterSet, _ indices: [Int]
  ) throws {
    let constants = parameters.constants()
    let texts = try model.textFeatures(parameters: constants)
    let input = try input(model, constants, indices, texts: texts)
    let values = values(input.prediction.logits.value.elements, of: indices, temperature: objective.temperature)
    for (term, measured) in [(objective.labels, values.loss), (objective.distillation, values.divergence)] {
      let found = Double(try term.loss(input).value.scalar)
      guard abs(found - measured) <= 1e-3 * max(1, measured) else {
        throw Failure.usage(
          "\(type(of: term).name) is \(found) where the theorem's term is \(measured): it is another loss, or τ is not "
            + "\(objective.temperature)")
      }
    }
  }

  /// The loss and the divergence on every image.
  func values(of model: PromptedCLIP, at parameters: ParameterSet, temperature: Double) throws -> SampleValues {
    let constants = parameters.constants()
    let texts = try model.textFeatures(parameters: constants)
    var logits: [Float] = []
    for indices in Self.batches(of: count, for: model) {
      logits += try model(try images(indices), parameters: constants, texts: texts).logits.value.elements
    }
    return values(logits, of: Array(0..<count), temperature: temperature)
  }

  /// Those of the frozen model with the task's own template.
  func zeroShotValues(temperature: Double) -> SampleValues {
    values(zeroShotLogits.elements, of: Array(0..<count), temperature: temperature)
  }

  /// - Parameter logits: A row for each of the given images.
  private func values(_ logits: [Float], of images: [Int], temperature: Double) -> SampleValues {
    let classes = teacherLogits.columns
    let teacher = teacherLogits.elements
    var (losses, divergences): ([Double], [Double]) = ([], [])
    var correct = 0
    for (place, image) in images.enumerated() {
      let (row, label) = (place * classes..<(place + 1) * classes, labels[image])
      let student = logits[row].map(Double.init)
      let hard = Self.logSoftmax(student)
      losses.append(-hard[label])
      let softened = temperature == 1 ? hard : Self.logSoftmax(student.map { $0 / temperature })
      let target = Self.logSoftmax(teacher[image * classes..<(image + 1) * classes].map { Double($0) / temperature })
      // Rounding can bring a sum of zeros a little below 0.
      let divergence = max(0, zip(target, softened).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) })
      divergences.append(temperature * temperature * divergence)
      correct += Array(logits[row]).largestIndex == label ? 1 : 0
    }
    return SampleValues(losses: losses, divergences: divergences, accuracy: Double(correct) / Double(images.count))
  }

  private static func logSoftmax(_ logits: [Double]) -> [Double] {
    let most = logits.max()!
    let sum = log(logits.reduce(0) { $0 + exp($1 - most) })
    return logits.map { $0 - most - sum }
  }

  /// Images as many as go together: pixels, and texts for every image, take memory.
  static func batches(of count: Int, for model: PromptedCLIP) -> [[Int]] {
    let size = model.takesFeatures && !model.dependsOnImage ? 4096 : 64
    return stride(from: 0, to: count, by: size).map { Array($0..<min($0 + size, count)) }
  }
}
