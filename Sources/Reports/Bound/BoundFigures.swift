import Basics
import BoundAnalysis
import Foundation
import Statistics

/// Which figures a sweep has, in the order in which the page has them.
struct BoundFigures {
  let families: [SweptFamily]
  let style: FigureStyle

  func all() -> [Figure.Result] {
    [gaps(), stacks(), complexities(), maxima(), coverages(), divergences(), sizes()]
      + (pacBayes().map { [$0] } ?? [])
  }

  // MARK: What figures share

  /// One family at one size.
  struct Place {
    let family: SweptFamily
    /// Its number among the families.
    let index: Int
    let curve: BoundCurve
    /// The place of the size among the family's curves.
    let size: Int
  }

  var places: [Place] {
    families.enumerated().flatMap { index, family in
      family.curves.curves.enumerated().map { Place(family: family, index: index, curve: $1, size: $0) }
    }
  }

  var weights: [DistillationWeight] { families[0].setting.weights }
  var sizeCount: Int { families[0].setting.sizes.count }
  var delta: Double { families[0].setting.delta }
  /// 1 − δ in percent.
  var confidence: String { Self.trimmed(100 * (1 - delta)) }

  func title(_ place: Place) -> String { "\(place.family.label), N = \(place.curve.size)" }

  /// The name of a panel's file.
  func name(_ kind: String, _ family: SweptFamily, _ index: Int, size: Int? = nil) -> String {
    let label = family.label.lowercased().replacing(/[^a-z0-9]+/, with: "-")
    return "\(kind)-\(index + 1)-\(label)" + (size.map { "-n\($0)" } ?? "")
  }

  /// Most of its draws are localised.
  static func isFirm(_ point: CurvePoint) -> Bool { point.localisedShare > 0.5 }

  /// A series over λ; what is not known is left out.
  func points(
    _ curve: BoundCurve, shift: Double = 0, _ value: (Int, PointEstimates) -> (y: Double, interval: Interval?)?
  ) -> [CurvesPlot.Point] {
    let axis = WeightTicks(weights)
    return curve.points.indices.compactMap { index in
      guard let estimates = curve.points[index].estimates.value, let value = value(index, estimates), value.y.isFinite
      else { return nil }
      return CurvesPlot.Point(
        x: axis.positions[index] + shift, y: value.y, low: value.interval?.low, high: value.interval?.high,
        isOpen: !Self.isFirm(curve.points[index]))
    }
  }

  /// A line at one height through the whole figure.
  func level(_ y: Double, _ label: String, colour: String = Palette.grey, dash: String) -> CurvesPlot.Series {
    let axis = WeightTicks(weights)
    return CurvesPlot.Series(
      label: label, points: [axis.positions.first!, axis.positions.last!].map { CurvesPlot.Point(x: $0, y: y) },
      colour: colour, marker: 7, dash: dash, isPlain: true)
  }

  /// A picture over λ.
  ///
  /// - Parameter focus: The values that the axis of y must hold; nil for all.
  func plot(
    _ title: String, y: String, _ series: [CurvesPlot.Series], areas: [CurvesPlot.Area] = [],
    yTicks: [(y: Double, label: String)] = [], yRange: ClosedRange<Double>? = nil, focus: [Double]? = nil,
    shared: [CurvesPlot.Point] = []
  ) -> String {
    if let focus {
      let axis = PlotScript.axis(focus)
      let ticks = stride(from: axis.low, through: axis.high + axis.step / 2, by: axis.step).map {
        (y: $0, label: Self.trimmed($0))
      }
      return plot(title, y: y, series, areas: areas, yTicks: ticks, yRange: axis.low...axis.high)
    }
    let axis = WeightTicks(weights)
    return CurvesPlot(
      title: title, xTitle: "distillation weight λ", yTitle: y, series: series, areas: areas, ticks: axis.ticks,
      yTicks: yTicks, breaks: axis.breaks, yRange: yRange, shared: shared
    ).script
  }

  /// What stands in every caption over λ: the axis, and open markers.
  var axisText: String {
    let hasBreak = weights.contains { $0.value == 0 || !$0.value.isFinite }
    let points = places.flatMap(\.curve.points)
    let (open, missing) = (
      points.count { $0.estimates.value != nil && !Self.isFirm($0) }, points.count { $0.estimates.value == nil }
    )
    var text = hasBreak ? " λ is logarithmic, 0 and ∞ stand beyond the breaks of the axis." : " λ is logarithmic."
    if open > 0 {
      text +=
        " Open markers: at most half of the draws are localised, so that the argument hardly applies "
        + "(\(open) of \(points.count) points)."
    }
    if missing > 0 {
      text += " Nothing is drawn where fewer than 2 draws are localised (\(missing) of \(points.count) points)."
    }
    return text
  }

  /// Where all points are localised, a caption says nothing of it.
  var drawsText: String {
    "over \(NumberText.count(families[0].setting.draws, "training set"))"
  }

  /// How high the axis is where a value at λ = 0, at which nothing constrains Θ, would leave no room for the others.
  ///
  /// - Parameter values: By λ, in ascending order; nil where there is none.
  func top(_ values: [Double?]) -> (value: Double, isCut: Bool) {
    let others = zip(weights, values).compactMap { $0.value > 0 ? $1 : nil }
    let all = values.compactMap { $0 }.max() ?? 0
    guard let most = others.max(), all > 2 * most, most > 0 else { return (all, false) }
    return (1.5 * most, true)
  }

  /// What a caption says where a picture is cut at λ = 0.
  static func cutText(_ cut: Int) -> String {
    cut == 0
      ? ""
      : " In \(NumberText.count(cut, "picture")) the axis ends below the value at λ = 0, where nothing constrains Θ and the "
        + "Rademacher estimate has no limit but the largest loss; the table has it."
  }

  /// One of many signs and colours for sizes, which are not structures.
  func sizeLook(_ size: Int) -> (colour: String, marker: Int, dash: String) {
    let dashes = ["solid", "(10,4)", "(4,4)", "(14,4,3,4)"]
    return (
      Palette.series[size % Palette.series.count], [7, 5, 9, 13, 11, 15][size % 6], dashes[size % dashes.count]
    )
  }

  static func trimmed(_ value: Double) -> String { PlotScript.number((value * 1e6).rounded() / 1e6) }

  /// A value for a text alternative, and its λ.
  static func ends(_ curve: BoundCurve, _ value: (PointEstimates) -> Double?) -> String {
    let known = curve.points.compactMap { point in
      point.estimates.value.flatMap(value).map { (WeightTicks.label(point.weight), $0) }
    }
    guard let first = known.first, let last = known.last else { return "not known" }
    return known.count == 1
      ? "\(BoundTables.text(first.1)) at λ = \(first.0)"
      : "from \(BoundTables.text(first.1)) at λ = \(first.0) to \(BoundTables.text(last.1)) at λ = \(last.0)"
  }

  /// How many of the curves fall or rise with λ for certain.
  func count(_ quantity: CurveTrend.Quantity, rising: Bool) -> Int {
    places.count { place in
      guard let trend = place.curve.trend(quantity).value else { return false }
      return trend.pValue < 0.05 && (rising ? trend.tau > 0 : trend.tau < 0)
    }
  }

  /// `in 2 of 3 curves`; nothing for a single one.
  func curvesText(_ count: Int) -> String {
    places.count == 1 ? "" : " in \(count) of \(places.count) curves"
  }
}
