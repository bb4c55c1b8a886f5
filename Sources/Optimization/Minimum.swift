/// Where a minimiser came to, and how.
public struct Minimum: Equatable, Sendable {
  /// Why it came no further.
  public enum Stop: String, Codable, Sendable {
    /// The evaluations that it was allowed are made.
    case budget
    /// The gradient is as small as was asked for.
    case gradientSmall
    /// No step makes the loss smaller in 32-bit floats.
    case noProgress
  }

  /// A point that the minimiser accepted.
  public struct Iterate: Codable, Equatable, Sendable {
    /// How often the loss had been computed by then.
    public let evaluations: Int
    /// The loss there.
    public let loss: Float
    /// The Euclidean length of the gradient there.
    public let gradientNorm: Double
  }

  /// The parameters there.
  public let parameters: ParameterSet
  /// The loss there.
  public let loss: Float
  /// The Euclidean length of the gradient there.
  public let gradientNorm: Double
  /// How often the loss was computed.
  public let evaluations: Int
  /// How often it could have been.
  public let budget: Int
  /// Why the minimiser stopped.
  public let stop: Stop
  /// All accepted points in order, the start first; the loss never rises.
  public let history: [Iterate]

  /// How much the loss fell in the last part of the budget, relative to how much it fell in all: whether more evaluations
  /// would have changed anything. 0 where it did not fall, or had stopped by then.
  ///
  /// - Parameter share: Which part of the budget, in [0, 1].
  public func relativeDecrease(inLast share: Double) -> Double {
    let whole = Double(history[0].loss) - Double(loss)
    guard whole > 0 else { return 0 }
    let before = history.last { Double($0.evaluations) <= (1 - share) * Double(budget) } ?? history[0]
    return (Double(before.loss) - Double(loss)) / whole
  }
}
