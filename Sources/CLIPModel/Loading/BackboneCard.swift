/// What is known of a backbone besides its weights: how it was made, what it can do, and how prompts are learned on it.
public struct BackboneCard: Codable, Equatable, Sendable {
  /// Settings that were found, on validation draws, to learn prompts well on this backbone.
  public struct PromptRecipe: Codable, Equatable, Sendable {
    /// `sgd` or `adamw`.
    public var optimizer: String
    /// The base learning rate.
    public var learningRate: Double
    /// Images in a step.
    public var batchSize: Int
    /// Passes over the training images.
    public var epochs: Int

    /// A recipe of the given settings.
    public init(optimizer: String, learningRate: Double, batchSize: Int, epochs: Int) {
      self.optimizer = optimizer
      self.learningRate = learningRate
      self.batchSize = batchSize
      self.epochs = epochs
    }
  }

  /// One or two sentences.
  public var summary: String
  /// The command that made it.
  public var command: String
  /// The seed of that command.
  public var seed: UInt64
  /// Seconds that training took, and on what.
  public var trainingSeconds: Double
  /// The machine that it took them on.
  public var machine: String
  /// Optimiser steps, and the number of them that each entry of `losses` is the mean of.
  public var steps: Int
  /// See `steps`.
  public var lossInterval: Int
  /// The loss over the steps.
  public var losses: [Float]
  /// Zero-shot accuracy in [0, 1] by task, with the task's plain template, on test draws.
  public var zeroShotAccuracy: [String: Double]
  /// How prompts are learned on it.
  public var promptRecipe: PromptRecipe?

  /// A card of the given entries.
  public init(
    summary: String, command: String, seed: UInt64, trainingSeconds: Double, machine: String, steps: Int,
    lossInterval: Int, losses: [Float], zeroShotAccuracy: [String: Double], promptRecipe: PromptRecipe?
  ) {
    self.summary = summary
    self.command = command
    self.seed = seed
    self.trainingSeconds = trainingSeconds
    self.machine = machine
    self.steps = steps
    self.lossInterval = lossInterval
    self.losses = losses
    self.zeroShotAccuracy = zeroShotAccuracy
    self.promptRecipe = promptRecipe
  }
}
