import Basics

/// A piece of a sweep's work, which has a file of its own.
enum SweepCell: Hashable {
  /// Every λ on one training set.
  case draw(TrainingDraw)
  /// The signed maxima of every λ on one training set, for one antithetic pair of sign vectors.
  case signs(TrainingDraw)
  /// PAC-Bayes posteriors around every Θ*(λ) of one training set.
  case posterior(TrainingDraw)
  /// Some λ on one training set with another budget.
  case budget(TrainingDraw, evaluations: Int)

  var draw: TrainingDraw {
    switch self {
    case .draw(let draw), .signs(let draw), .posterior(let draw), .budget(let draw, _): draw
    }
  }

  /// The name of its file without extension, below the folder of its size.
  var name: String {
    let draw = "\(draw.purpose.rawValue)-\(draw.index)"
    switch self {
    case .draw: return draw
    case .signs: return "\(draw)-signs"
    case .posterior: return "\(draw)-posterior"
    case .budget(_, let evaluations): return "\(draw)-budget-\(evaluations)"
    }
  }
}
