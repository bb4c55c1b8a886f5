import Basics
import CLIPModel
import Optimization
import PromptLearning

extension Run {
  /// Seconds, by counting, below which nobody needs to be told what a run will take.
  private static let shortTime = 600.0

  /// What a long run will take and need, by steps that are made and thrown away; nil for a short one.
  ///
  /// - Parameter done: Steps that lie behind the run.
  /// - Throws: what a step throws.
  func plan(_ trainer: Trainer, _ model: PromptedCLIP, _ parameters: ParameterSet, done: Int) throws -> String? {
    let steps = trainer.stepCount
    let left = steps - done
    // At the rate of a slow processor: what is short there is short everywhere.
    guard try operations(of: model, parameters) * Double(left) / 5e10 > Self.shortTime else { return nil }
    let seconds = try trainer.measuredStep()
    let memory = try predictedMemory(model, parameters, batchSize: trainer.batchSize)
    // Prompts, the optimiser's means, and the configuration with all class names.
    let checkpoint = parameters.count * MemoryLayout<Float>.stride * 2 + configuration.json.utf8.count
    let threads = "\(Ranks.count > 1 ? "\(Ranks.count) ranks of " : "")\(Parallel.threadCount) threads"
    let step = seconds < 0.1 ? String(format: "%.1f ms", seconds * 1000) : String(format: "%.2f s", seconds)
    return
      "\(steps) steps of \(trainer.batchSize) images, \(steps / configuration.epochs) an epoch\(done > 0 ? ", \(left) of them left" : ""): "
      + "about \(PredictedTime.text(Double(left) * seconds)) on \(threads), by a step of \(step) that was measured; "
      + "\(ByteCount.text(memory.peak)) of memory for weights and a step, a checkpoint of \(ByteCount.text(checkpoint)), from which a run that was stopped goes on"
  }

  /// Operations that a step needs.
  private func operations(of model: PromptedCLIP, _ parameters: ParameterSet) throws -> Double {
    let prompts = try stepModel(model).prompts(parameters: parameters, images: configuration.batchSize)
    let sizes = model.model.configuration
    let texts = prompts.texts.reduce(0) { $0 + OperationCount(sizes, texts: $1).total }
    guard !model.takesFeatures || configuration.augmentation != .none else { return texts }
    return texts + OperationCount(sizes, images: configuration.batchSize, prompts: prompts.vision).total
  }

  /// A model of as many classes as a step sees.
  func stepModel(_ model: PromptedCLIP) -> PromptedCLIP {
    let classes = model.context.classNames.count
    guard let sampled = configuration.sampledClasses, !model.isClassSpecific,
      case let seen = sampled + configuration.batchSize, seen < classes
    else { return model }
    return model.restricted(to: Array(0..<seen))
  }
}
