/// In which arithmetic the steps of a training were computed, from the first step on.
public struct ArithmeticHistory: Codable, Equatable, Sendable {
  /// Successive steps that were computed in the same arithmetic.
  public struct Period: Codable, Equatable, Sendable {
    /// The number of steps before them.
    public let firstStep: Int
    /// What computed them.
    public let arithmetic: Arithmetic
  }

  /// In the order of their steps; empty before training begins.
  public private(set) var periods: [Period] = []

  /// The history of a training that has not begun.
  public init() {}

  /// Goes on with a training of which `step` steps are made.
  ///
  /// - Returns: A line for the user if steps before these were computed in another arithmetic.
  public mutating func goOn(in arithmetic: Arithmetic, at step: Int) -> String? {
    // A process that stopped before its first step computed nothing.
    periods.removeAll { $0.firstStep >= step }
    guard let last = periods.last else {
      periods = [Period(firstStep: step, arithmetic: arithmetic)]
      return nil
    }
    guard last.arithmetic != arithmetic else { return nil }
    periods.append(Period(firstStep: step, arithmetic: arithmetic))
    let (now, before) = (arithmetic.kernels, last.arithmetic.kernels)
    let change =
      now != before
      ? "goes on with \(now) kernels, ran with \(before) until step \(step)"
      : "goes on with \(now) kernels as before, but on a processor or with libraries that round differently than until "
        + "step \(step)"
    return "\(change): results agree but for rounding"
  }

  /// - Throws: `DecodingError` if the periods do not follow each other from step 0 on.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    periods = try container.decode([Period].self)
    let steps = periods.map(\.firstStep)
    guard steps.first ?? 0 == 0, zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "the steps of periods do not rise from 0")
    }
  }

  /// A list of the periods.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(periods)
  }
}
