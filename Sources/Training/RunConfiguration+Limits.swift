import PromptLearning

/// What settings can be, whether they are typed, stand in a configuration file, or are read from the record of a run.
extension RunConfiguration {
  /// Of ``shots`` and ``images``.
  public static let countLimit = TrainingRecipe.countLimit
  /// Of ``validateEvery``.
  public static let validateEveryLimit = Limit(0...Int.max, "a whole number from 0")
  /// Of ``activationMemory``.
  public static let activationMemoryLimit = Limit(0.001...1e6, "a number of gigabytes from 0.001 to 1000000")

  /// The settings that are not allowed, a clause each; empty for a configuration that can be run.
  public var mistakes: [String] {
    [
      shots.flatMap { Self.countLimit.mistake("shots", $0) },
      images.flatMap { Self.countLimit.mistake("images", $0) },
      shots == nil || images == nil ? nil : "shots and images exclude each other",
      activationMemory.flatMap { Self.activationMemoryLimit.mistake("activationMemory", $0) },
      Self.validateEveryLimit.mistake("validateEvery", validateEvery),
    ].compactMap { $0 } + recipe.mistakes
  }
}
