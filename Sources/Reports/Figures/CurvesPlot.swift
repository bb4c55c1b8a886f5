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
    /// Whether its marker is open, as a sign that it counts for less.
    var isOpen = false
  }

  /// What lies between two curves.
  struct Area {
    let label: String
    /// The ends at each place.
    let points: [(x: Double, low: Double, high: Double)]
    let colour: String
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
  /// Lines without markers and without a place in the key, as fits.
  var lines: [Series] = []
  /// Areas below all curves.
  var areas: [Area] = []
  /// Ticks of x with their labels; empty for those of a nice axis.
  var ticks: [(x: Double, label: String)] = []
  /// Ticks of y; empty for those of a nice axis.
  var yTicks: [(y: Double, label: String)] = []
  /// Where the axis of x is marked as broken.
  var breaks: [Double] = []
  /// The axes' ends; nil for what the data ask for.
  var xRange: ClosedRange<Double>?
  var yRange: ClosedRange<Double>?
  /// The points of the pictures beside it, whose axes it shares.
  var shared: [Point] = []
  /// Whether the line y = x is drawn.
  var hasDiagonal = false

  var script: String {
    let bottom = 54 + PlotScript.keyHeight(areas.map(\.label) + series.map(\.label))
    let height = 34 + 230 + bottom
    let points = series.flatMap(\.points) + shared
    let y = PlotScript.axis(
      points.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
        + areas.flatMap(\.points).flatMap { [$0.low, $0.high] })
    let x = PlotScript.axis(points.flatMap { [$0.x, $0.left ?? $0.x, $0.right ?? $0.x] })
    let tickLabels =
      yTicks.isEmpty ? [y.low, y.high, y.low + y.step].map(PlotScript.number) : yTicks.map(\.label)
    let tickWidth = tickLabels.map(PlotScript.textWidth).max()!
    var plot = PlotScript(title: title, height: height, left: 40 + tickWidth, top: 34, bottom: bottom)
    if ticks.isEmpty {
      let range = xRange ?? x.low...x.high
      plot.add("set xrange [\(PlotScript.number(range.lowerBound)):\(PlotScript.number(range.upperBound))]")
      if xRange == nil { plot.add("set xtics \(PlotScript.number(x.step))") }
    } else {
      let (first, last) = (ticks.first!.x, ticks.last!.x)
      let margin = (last - first) * 0.04
      plot.add("set xrange [\(PlotScript.number(first - margin)):\(PlotScript.number(last + margin))]")
      for place in breaks { axisBreak(at: place, span: last - first + 2 * margin, bottom: bottom, &plot) }
      plot.add(
        "set xtics (" + ticks.map { "\(PlotScript.tick($0.label)) \(PlotScript.number($0.x))" }.joined(separator: ", ")
          + ")")
    }
    let yEnds = yRange ?? y.low...y.high
    plot.add("set yrange [\(PlotScript.number(yEnds.lowerBound)):\(PlotScript.number(yEnds.upperBound))]")
    if !yTicks.isEmpty {
      plot.add(
        "set ytics (" + yTicks.map { "\(PlotScript.tick($0.label)) \(PlotScript.number($0.y))" }.joined(separator: ", ")
          + ")")
    } else if yRange == nil {
      plot.add("set ytics \(PlotScript.number(y.step))")
    }
    plot.add("set grid ytics lc rgb '\(Palette.faint)' lt 1 lw 1")
    plot.add("set xlabel \(PlotScript.quoted(xTitle)) offset 0,0.3 textcolor rgb '\(Palette.ink)'")
    plot.label(yTitle, x: 14, y: bottom + 115, alignment: "center rotate by 90")
    plot.key(
      areas.map { PlotScript.KeyEntry(label: $0.label, colour: $0.colour, marker: nil, dash: nil, isArea: true) }
        + series.map { one in
          PlotScript.KeyEntry(
            label: one.label, colour: one.colour, marker: one.isPlain ? nil : one.marker,
            dash: one.isLine ? one.dash : nil)
        })
    var plots: [String] = []
    if hasDiagonal { plots.append("x with lines lc rgb '\(Palette.faint)' lw 1.5") }
    for (index, area) in areas.enumerated() {
      for (part, points) in Self.runs(area.points, { $0.low.isFinite && $0.high.isFinite }).enumerated() {
        plot.data("a\(index)x\(part)", points.map { [$0.x, $0.low, $0.high] })
        plots.append(
          "$a\(index)x\(part) using 1:2:3 with filledcurves lc rgb '\(area.colour)' "
            + "fs transparent solid \(PlotScript.areaOpacity) noborder")
      }
    }
    // Bands lie under all lines.
    for (index, one) in series.enumerated() {
      plot.data(
        "s\(index)",
        one.points.map { [$0.x, $0.y, $0.low ?? .nan, $0.high ?? .nan, $0.left ?? .nan, $0.right ?? .nan] })
      let hasBand = one.isLine && one.points.count > 1 && one.points.allSatisfy { $0.low != nil && $0.high != nil }
      if hasBand {
        for (part, points) in Self.runs(one.points, { $0.low!.isFinite && $0.high!.isFinite }).enumerated() {
          plot.data("b\(index)x\(part)", points.map { [$0.x, $0.low!, $0.high!] })
          plots.append("$b\(index)x\(part) using 1:2:3 with filledcurves lc rgb '\(one.colour)'")
        }
      }
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
    for (index, line) in lines.enumerated() {
      plot.data("l\(index)", line.points.map { [$0.x, $0.y] })
      plots.append("$l\(index) using 1:2 with lines lc rgb '\(line.colour)' lw 1.5 dt \(line.dash)")
    }
    for (index, one) in series.enumerated() where !one.isPlain {
      let open = one.points.filter(\.isOpen)
      guard !open.isEmpty else { continue }
      // Opaque, so that the filled marker below is not seen.
      plot.data("o\(index)", open.map { [$0.x, $0.y] })
      plots.append("$o\(index) using 1:2 with points lc rgb '\(Palette.paper)' pt \(one.marker) ps 0.9")
      plots.append("$o\(index) using 1:2 with points lc rgb '\(one.colour)' pt \(one.marker - 1) ps 1 lw 1.5")
    }
    plot.add("set bars 0")
    plot.add("plot " + plots.joined(separator: ", \\\n  "))
    return plot.text
  }

  /// The parts between elements that have no place.
  private static func runs<Element>(_ elements: [Element], _ isThere: (Element) -> Bool) -> [[Element]] {
    elements.split { !isThere($0) }.map(Array.init).filter { $0.count > 1 }
  }

  /// Two strokes across the axis of x.
  private func axisBreak(at x: Double, span: Double, bottom: Double, _ plot: inout PlotScript) {
    let pixel = span / PlotScript.width
    for shift in [-2.5, 2.5] {
      let (left, right) = (PlotScript.number(x + (shift - 2) * pixel), PlotScript.number(x + (shift + 2) * pixel))
      plot.add(
        "set arrow from first \(left), screen \(PlotScript.number((bottom - 5) / plot.height)) to first \(right), "
          + "screen \(PlotScript.number((bottom + 5) / plot.height)) nohead front lc rgb '\(Palette.ink)' lw 1")
    }
  }
}
