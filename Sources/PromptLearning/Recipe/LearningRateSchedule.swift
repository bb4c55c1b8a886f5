import Foundation

/// The published code's schedule: warm-up at a constant rate, then half a cosine; constant over an epoch.
public struct LearningRateSchedule: Equatable, Sendable {
  /// The rate of the first epoch after the warm-up.
  public let base: Double
  /// Epochs in all.
  public let epochs: Int
  /// Epochs of warm-up.
  public let warmupEpochs: Int
  /// The rate of the warm-up.
  public let warmupRate: Double

  /// A schedule; the published warm-up is one epoch at 1e-5.
  public init(base: Double, epochs: Int, warmupEpochs: Int = 1, warmupRate: Double = 1e-5) {
    self.base = base
    self.epochs = epochs
    self.warmupEpochs = warmupEpochs
    self.warmupRate = warmupRate
  }

  /// With w epochs of warm-up, epoch e < w: the rate of the warm-up; e ≥ w: base / 2 · (1 + cos(π (e − w) / epochs)).
  public func rate(epoch: Int) -> Double {
    epoch < warmupEpochs ? warmupRate : base / 2 * (1 + cos(.pi * Double(epoch - warmupEpochs) / Double(epochs)))
  }
}
