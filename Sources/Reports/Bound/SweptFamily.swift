import Basics
import BoundAnalysis
import Statistics

/// What a report knows of one family: what was measured, what follows from it, and what it is called.
struct SweptFamily: Sendable {
  /// What was measured.
  let sweep: FamilySweep
  /// What was asked for, with the family's own budget.
  let setting: BoundSetting
  /// What was estimated.
  let curves: BoundCurves
  /// Sentences that follow from it.
  let verdicts: [Verdict]
  /// The form of the inequality.
  let form: any BoundForm
  /// The short name in figures and sentences.
  let label: String
  /// The estimates that curves have without an interval, with one: size by size, λ by λ; nil where nothing was estimated.
  let means: [[PointMeans?]]

  init(_ sweep: FamilySweep, _ setting: BoundSetting, form: any BoundForm, label: String) throws {
    var setting = setting
    setting.budget = sweep.draws.first?.budget ?? setting.budget
    self.sweep = sweep
    self.setting = setting
    self.form = form
    self.label = label
    let curves = try BoundCurves(sweep, setting: setting, form: form)
    self.curves = curves
    verdicts = curves.verdicts
    means = try curves.curves.map { curve in
      try curve.points.map { try PointMeans($0, of: sweep, setting: setting, form: form) }
    }
  }

  /// The draws of a size, in ascending order of their index.
  func draws(size: Int) -> [DrawRecord] {
    sweep.draws.filter { $0.draw.size == size }.sorted { $0.draw.index < $1.draw.index }
  }

  /// Whether Θ* lies in H_λ.
  func isInSet(_ point: PointRecord, size: Int) -> Bool { point.rPool <= sweep.radius(point.weight, size: size) }

  /// Whether the bound is the concentration term and B, one on top of the other.
  var isAdditive: Bool { form.bound(concentration: 1, complexity: 2) == 3 }
}
