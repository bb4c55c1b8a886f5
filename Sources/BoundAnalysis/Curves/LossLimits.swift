/// X of every draw, from each of the places where it can be from.
struct LossLimits {
  let points: [PointRecord]
  let facts: FamilyFacts

  /// - Parameter points: Those of the localised draws at one λ.
  init(_ points: [PointRecord], facts: FamilyFacts) {
    self.points = points
    self.facts = facts
  }

  /// X of every draw; nil where there is none.
  func values(_ limit: LossLimit) -> [Double]? {
    switch limit {
    case .trainingMaximum: points.map(\.xStar)
    case .heldOutMaximum: points.map(\.xStarHeldOut).max().map { Array(repeating: $0, count: points.count) }
    case .dataFreeCap: facts.lossCap.map { Array(repeating: $0, count: points.count) }
    }
  }
}
