import Foundation

/// The logarithmic axis of λ, on which 0 and ∞ have places too.
///
/// 0 stands one step before the first and ∞ one step after the last finite λ > 0; the step is the median distance of
/// neighbouring ln λ, ln 10 where there are fewer than two.
public struct WeightAxis: Equatable, Sendable {
  /// The weights' places, ascending as these do.
  public let positions: [Double]
  /// Where 0 stands, and ∞; nil if it is not among the weights.
  private let zero: Double?
  private let infinity: Double?

  /// The axis of ascending weights.
  public init(_ weights: [DistillationWeight]) {
    let logarithms = weights.map(\.value).filter { $0 > 0 && $0.isFinite }.map { log($0) }
    let steps = zip(logarithms.dropFirst(), logarithms).map { $0 - $1 }
    let step = steps.isEmpty ? log(10) : Quantile.of(steps, 0.5)
    let (first, last) = (logarithms.first ?? 0, logarithms.last ?? 0)
    positions = weights.map { weight in
      switch weight.value {
      case 0: first - step
      case .infinity: last + step
      case let value: log(value)
      }
    }
    zero = weights.first?.value == 0 ? positions.first : nil
    infinity = weights.last?.value == .infinity ? positions.last : nil
  }

  /// λ at a place: 0 and ∞ at theirs, else the exponential.
  public func weight(_ position: Double) -> Double {
    if position == zero { 0 } else if position == infinity { .infinity } else { exp(position) }
  }
}
