extension TrainingRecipe {
  /// Of epochs, images in a step, and training images: far above what is useful, and far below where products of such numbers
  /// overflow.
  public static let countLimit = Limit(1...1_000_000, "a whole number from 1 to 1000000")
  /// Of ``sampledClasses``.
  public static let sampledClassesLimit = Limit(1...10_000_000, "a whole number from 1 to 10000000")
  /// Of ``learningRate`` and ``warmupLearningRate``.
  public static let learningRateLimit = Limit(
    Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude, "a number above 0")
  /// Of ``momentum``.
  public static let momentumLimit = Limit(0.0...0.999_999, "a number from 0 to below 1")
  /// Of ``weightDecay``.
  public static let weightDecayLimit = Limit(0.0...1e6, "a number from 0")
  /// Of ``warmupEpochs``.
  public static let warmupEpochsLimit = Limit(0...1_000_000, "a whole number from 0 to 1000000")

  /// The settings that are not allowed, a clause each.
  public var mistakes: [String] {
    [
      Self.learningRateLimit.mistake("learningRate", learningRate),
      Self.countLimit.mistake("batchSize", batchSize),
      Self.countLimit.mistake("epochs", epochs),
      Self.momentumLimit.mistake("momentum", momentum),
      Self.weightDecayLimit.mistake("weightDecay", weightDecay),
      Self.warmupEpochsLimit.mistake("warmupEpochs", warmupEpochs),
      Self.learningRateLimit.mistake("warmupLearningRate", warmupLearningRate),
      sampledClasses.flatMap { Self.sampledClassesLimit.mistake("sampledClasses", $0) },
    ].compactMap { $0 }
  }
}
