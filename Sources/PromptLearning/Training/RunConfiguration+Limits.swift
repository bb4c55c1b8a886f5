/// What settings can be, whether they are typed, stand in a configuration file, or are read from the record of a run.
extension RunConfiguration {
  /// Of shots, training images, images in a step and epochs. Far above what is useful, and far below where products of such numbers overflow.
  public static let countRange = 1...1_000_000
  /// The same as a person is told.
  public static let countWords = "a whole number from 1 to 1000000"
  /// What ``learningRate`` can be.
  public static let learningRateRange = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
  /// The same as a person is told.
  public static let learningRateWords = "a number above 0"
  /// What ``validateEvery`` can be.
  public static let validateEveryRange = 0...Int.max
  /// The same as a person is told.
  public static let validateEveryWords = "a whole number from 0"
  /// What ``activationMemory`` can be.
  public static let activationMemoryRange = 0.001...1e6
  /// The same as a person is told.
  public static let activationMemoryWords = "a number of gigabytes from 0.001 to 1000000"

  /// What ``momentum`` can be.
  public static let momentumRange = 0.0...0.999_999
  /// The same as a person is told.
  public static let momentumWords = "a number from 0 to below 1"
  /// What ``weightDecay`` can be.
  public static let weightDecayRange = 0.0...1e6
  /// The same as a person is told.
  public static let weightDecayWords = "a number from 0"
  /// What ``warmupEpochs`` can be.
  public static let warmupEpochsRange = 0...1_000_000
  /// The same as a person is told.
  public static let warmupEpochsWords = "a whole number from 0 to 1000000"

  /// The settings that are not what they can be, a clause each; empty for a configuration that can be run.
  public var mistakes: [String] {
    [
      shots.flatMap { Self.mistake("shots", $0, Self.countRange, Self.countWords) },
      images.flatMap { Self.mistake("images", $0, Self.countRange, Self.countWords) },
      shots == nil || images == nil ? nil : "shots and images exclude each other",
      activationMemory.flatMap {
        Self.mistake("activationMemory", $0, Self.activationMemoryRange, Self.activationMemoryWords)
      },
      Self.mistake("validateEvery", validateEvery, Self.validateEveryRange, Self.validateEveryWords),
    ].compactMap { $0 } + recipe.mistakes
  }

  fileprivate static func mistake<Value: Comparable>(
    _ name: String, _ value: Value, _ range: ClosedRange<Value>, _ words: String
  ) -> String? {
    range.contains(value) ? nil : "\(name) is \(words), not \(value)"
  }
}

extension TrainingRecipe {
  /// The settings that are not what they can be, a clause each.
  public var mistakes: [String] {
    [
      RunConfiguration.mistake(
        "learningRate", learningRate, RunConfiguration.learningRateRange, RunConfiguration.learningRateWords),
      RunConfiguration.mistake("batchSize", batchSize, RunConfiguration.countRange, RunConfiguration.countWords),
      RunConfiguration.mistake("epochs", epochs, RunConfiguration.countRange, RunConfiguration.countWords),
      RunConfiguration.mistake("momentum", momentum, RunConfiguration.momentumRange, RunConfiguration.momentumWords),
      RunConfiguration.mistake(
        "weightDecay", weightDecay, RunConfiguration.weightDecayRange, RunConfiguration.weightDecayWords),
      RunConfiguration.mistake(
        "warmupEpochs", warmupEpochs, RunConfiguration.warmupEpochsRange, RunConfiguration.warmupEpochsWords),
      RunConfiguration.mistake(
        "warmupLearningRate", warmupLearningRate, RunConfiguration.learningRateRange,
        RunConfiguration.learningRateWords),
    ].compactMap { $0 }
  }
}
