import Foundation

/// The published code's schedule: one epoch of warm-up at 1e-5, then half a cosine; constant over an epoch.
public struct LearningRateSchedule: Sendable {
  /// The rate of epoch 1.
  public let base: Double
  /// Epochs in all.
  public let epochs: Int

  /// A schedule of a base rate and a number of epochs.
  public init(base: Double, epochs: Int) {
    self.base = base
    self.epochs = epochs
  }

  /// Epoch 0: 1e-5; epoch e ≥ 1: base / 2 · (1 + cos(π (e − 1) / epochs)).
  public func rate(epoch: Int) -> Double {
    epoch == 0 ? 1e-5 : base / 2 * (1 + cos(.pi * Double(epoch - 1) / Double(epochs)))
  }
}
