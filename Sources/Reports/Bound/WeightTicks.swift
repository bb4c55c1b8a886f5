import BoundAnalysis
import Foundation

/// The axis of λ in pictures: logarithmic, 0 and ∞ at its ends beyond a break.
struct WeightTicks {
  /// Where each λ stands.
  let positions: [Double]
  /// Ticks with their labels; empty labels where there is no room.
  let ticks: [(x: Double, label: String)]
  /// Where the axis is broken.
  let breaks: [Double]

  /// - Parameter width: The axis's length in pixels.
  init(_ weights: [DistillationWeight], width: Double = 350) {
    let positions = WeightAxis(weights).positions
    self.positions = positions
    let labels = weights.map(Self.label)
    let span = max((positions.last ?? 1) - (positions.first ?? 0), 1e-9) * 1.08
    func pixel(_ index: Int) -> Double { positions[index] / span * width }
    func isApart(_ left: Int, _ right: Int) -> Bool {
      pixel(right) - pixel(left) > (PlotScript.textWidth(labels[left]) + PlotScript.textWidth(labels[right])) / 2 + 6
    }
    // The ends first, then whatever has room beside all that is labelled.
    var labelled = [0, weights.count - 1]
    for index in weights.indices where labelled.allSatisfy({ isApart(min($0, index), max($0, index)) }) {
      labelled.append(index)
    }
    ticks = weights.indices.map { (positions[$0], labelled.contains($0) ? labels[$0] : "") }
    breaks = zip(weights, weights.dropFirst()).enumerated().filter { $1.0.value == 0 || !$1.1.value.isFinite }
      .map { (positions[$0.offset] + positions[$0.offset + 1]) / 2 }
  }

  /// λ as typed if that is short; ∞ for infinity.
  static func label(_ weight: DistillationWeight) -> String {
    if !weight.value.isFinite { return "∞" }
    return weight.text.count <= 6 ? weight.text : String(format: "%.3g", weight.value)
  }
}
