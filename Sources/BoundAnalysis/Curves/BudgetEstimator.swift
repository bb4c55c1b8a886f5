import CGSL
import Statistics

/// Estimates what the budget does.
struct BudgetEstimator {
  let sweep: FamilySweep
  let setting: BoundSetting

  func effects() throws -> [BudgetEffect] {
    try setting.sizes.flatMap { size in try setting.weights.flatMap { try effects(size: size, weight: $0) } }
  }

  private func effects(size: Int, weight: DistillationWeight) throws -> [BudgetEffect] {
    /// For each budget the points by draw.
    var points: [Int: [TrainingDraw: PointRecord]] = [:]
    for record in sweep.otherBudgets where record.draw.size == size && record.budget != setting.budget {
      if let point = record.points.first(where: { $0.weight.value == weight.value }) {
        points[record.budget, default: [:]][record.draw] = point
      }
    }
    guard !points.isEmpty else { return [] }
    for record in sweep.draws where record.draw.size == size {
      if let point = record.points.first(where: { $0.weight.value == weight.value }) {
        points[setting.budget, default: [:]][record.draw] = point
      }
    }
    let draws = points[setting.budget, default: [:]].keys
      .filter { draw in points.values.allSatisfy { $0[draw] != nil } }
      .sorted { $0.index < $1.index }
    guard !draws.isEmpty else { return [] }
    let main = draws.map { points[setting.budget]![$0]! }
    return try points.keys.sorted().map { budget in
      try effect(size, weight, budget: budget, draws.map { points[budget]![$0]! }, main: main)
    }
  }

  private func effect(
    _ size: Int, _ weight: DistillationWeight, budget: Int, _ points: [PointRecord], main: [PointRecord]
  ) throws -> BudgetEffect {
    func mean(_ value: (PointRecord) -> Double) -> Double { gsl_stats_mean(points.map(value), 1, points.count) }
    func change(_ value: (PointRecord) -> Double) throws -> Estimate? {
      guard budget != setting.budget, points.count > 1 else { return nil }
      return try Estimate.studentMean(of: zip(points, main).map { value($0) - value($1) })
    }
    return BudgetEffect(
      size: size, weight: weight, budget: budget, isMain: budget == setting.budget, draws: points.count,
      localised: points.count(where: \.isLocalised), gap: mean(\.gap), trainingLoss: mean(\.trainingLoss),
      heldOutLoss: mean(\.heldOutLoss), gapChange: try change(\.gap), heldOutChange: try change(\.heldOutLoss))
  }
}
