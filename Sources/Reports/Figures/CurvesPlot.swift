import Basics

/// Curves with bands, or points with intervals in both directions; a key below.
struct CurvesPlot {
  struct Point {
    let x: Double
    let y: Double
    var low: Double?
    var high: Double?
    var left: Double?
    var right: Double?
  }

  struct Series {
    let label: String
    let points: [Point]
    let colour: String
    let marker: Int
    let dash: String
    var isLine = true
    /// Whether it is a line without markers, as a reference.
    var isPlain = false
  }

  let title: String
  let xTitle: String
  let yTitle: String
  let series: [Series]
  /// Ticks of x with their labels; empty for those of a nice axis.
  var ticks: [(x: Double, label: String)] = []
  /// The axes' ends; nil for what the data ask for.
  var xRange: ClosedRange<Double>?
  var yRange: ClosedRange<Double>?
  /// The points of the pictures beside it, whose axes it shares.
  var shared: [Point] = []
  /// Whether the line y = x is drawn.
  var hasDiagonal = false

  var script: String {
    let bottom = 54 + PlotScript.keyHeight(series.map(\.label))
    let height = 34 + 230 + bottom
    let points = series.flatMap(\.points) + shared
    let y = PlotScript.axis(points.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] })
    let x = PlotScript.axis(points.flatMap { [$0.x, $0.left ?? $0.x, $0.right ?? $0.x] })
    let tickWidth = [y.low, y.high, y.low + y.step].map { PlotScript.textWidth(PlotScript.number($0)) }.max()!
    var plot = PlotScript(title: title, height: height, left: 40 + tickWidth, top: 34, bottom: bottom)
    if ticks.isEmpty {
      let range = xRange ?? x.low...x.high
      plot.add("set xrange [\(PlotScript.number(range.lowerBound)):\(PlotScript.number(range.upperBound))]")
      if xRange == nil { plot.add("set xtics \(PlotScript.number(x.step))") }
    } else {
      let (first, last) = (ticks.first!.x, ticks.last!.x)
      let margin = (last - first) * 0.04
      plot.add("set xrange [\(PlotScript.number(first - margin)):\(PlotScript.number(last + margin))]")
      plot.add(
        "set xtics (" + ticks.map { "\(PlotScript.tick($0.label)) \(PlotScript.number($0.x))" }.joined(separator: ", ")
          + ")")
    }
    let yEnds = yRange ?? y.low...y.high
    plot.add("set yrange [\(PlotScript.number(yEnds.lowerBound)):\(PlotScript.number(yEnds.upperBound))]")
    if yRange == nil { plot.add("set ytics \(PlotScript.number(y.step))") }
    plot.add("set grid ytics lc rgb '\(Palette.faint)' lt 1 lw 1")
    plot.add("set xlabel \(PlotScript.quoted(xTitle)) offset 0,0.3 textcolor rgb '\(Palette.ink)'")
    plot.label(yTitle, x: 14, y: bottom + 115, alignment: "center rotate by 90")
    plot.key(
      series.map { one in
        PlotScript.KeyEntry(
          label: one.label, colour: one.colour, marker: one.isPlain ? nil : one.marker,
          dash: one.isLine ? one.dash : nil)
      })
    var plots: [String] = []
    if hasDiagonal { plots.append("x with lines lc rgb '\(Palette.faint)' lw 1.5") }
    // Bands lie under all lines.
    for (index, one) in series.enumerated() {
      plot.data(
        "s\(index)",
        one.points.map { [$0.x, $0.y, $0.low ?? .nan, $0.high ?? .nan, $0.left ?? .nan, $0.right ?? .nan] })
      let hasBand = one.isLine && one.points.count > 1 && one.points.allSatisfy { $0.low != nil && $0.high != nil }
      if hasBand { plots.append("$s\(index) using 1:3:4 with filledcurves lc rgb '\(one.colour)'") }
    }
    for (index, one) in series.enumerated() {
      let colour = "lc rgb '\(one.colour)'"
      if one.isPlain {
        plots.append("$s\(index) using 1:2 with lines \(colour) lw 1.5 dt \(one.dash)")
      } else if one.isLine {
        plots.append(
          "$s\(index) using 1:2 with linespoints \(colour) lw 2 dt \(one.dash) pt \(one.marker) ps 0.8")
      } else {
        if one.points.contains(where: { $0.low != nil }) {
          plots.append("$s\(index) using 1:2:3:4 with yerrorbars \(colour) lw 1.2 pt -1")
        }
        if one.points.contains(where: { $0.left != nil }) {
          plots.append("$s\(index) using 1:2:5:6 with xerrorbars \(colour) lw 1.2 pt -1")
        }
        plots.append("$s\(index) using 1:2 with points \(colour) pt \(one.marker) ps 1.1")
      }
    }
    plot.add("set bars 0")
    plot.add("plot " + plots.joined(separator: ", \\\n  "))
    return plot.text
  }
}
