import Basics
import Optimization
import PromptLearning

extension Run {
  /// What to say before a run that would not fit into memory, with what to change; nil for one that does.
  ///
  /// - Parameters:
  ///   - parameters: The ones before the first step.
  ///   - available: Bytes that can be taken now that the backbone is loaded; nil if that is not known.
  /// - Throws: what the structure throws.
  public func memoryWarning(
    _ model: PromptedCLIP, _ parameters: ParameterSet, available: Int?
  ) throws -> String? {
    let batchSize = min(configuration.batchSize, max(1, try trainingSet().count))
    func predicted(_ model: PromptedCLIP) throws -> PredictedMemory {
      try predictedMemory(model, parameters, batchSize: batchSize)
    }
    guard let available, let shortage = try predicted(model).shortage(available: available) else { return nil }
    var advice = "a batch size below \(configuration.batchSize), or fewer classes"
    var memory = configuration.activationMemory ?? RunConfiguration.standardActivationMemory
    while memory / 2 >= RunConfiguration.activationMemoryLimit.range.lowerBound {
      memory /= 2
      var smaller = self
      smaller.configuration.activationMemory = memory
      if try predicted(smaller.model(parameters)).step <= available {
        advice = "an activation memory of \(memory) GB, which makes steps slower, or \(advice)"
        break
      }
    }
    return "\(shortage); the run goes on, but give \(advice)"
  }

  /// How much memory a step of the run takes.
  ///
  /// - Throws: what the structure throws.
  package func predictedMemory(
    _ model: PromptedCLIP, _ parameters: ParameterSet, batchSize: Int
  ) throws -> PredictedMemory {
    try PredictedMemory(
      stepModel(model), parameters, batchSize: batchSize, weights: backbone.weights.bytes,
      encodesImages: configuration.augmentation != .none, worksAhead: true)
  }
}
