import Basics

/// A picture of values with intervals, one below the other, names at the left: accuracies, or differences (a forest plot).
struct RowsPlot {
  enum Row {
    /// The name of those below.
    case heading(String)
    /// A value with its interval, in percent or points.
    case value(label: String, value: Double, low: Double, high: Double, colour: String, marker: Int)
  }

  let title: String
  let axisTitle: String
  let rows: [Row]
  /// A line through all rows with its name, as zero-shot's accuracy; for differences 0.
  var line: (value: Double, name: String)?
  /// Whether it is of differences.
  var hasSigns = false
  /// More values that the axis must hold, those of the pictures beside it.
  var shared: [Double] = []

  var script: String {
    let rowHeight = 21.0
    let bottom = 52.0
    let top = line?.name.isEmpty == false ? 52.0 : 34.0
    let height = top + bottom + rowHeight * Double(rows.count)
    let labels = rows.map { row -> String in
      switch row {
      case .heading(let text): text
      case .value(let label, _, _, _, _, _): label
      }
    }
    let widest = rows.enumerated().reduce(0.0) { widest, row in
      if case .value = row.element { return max(widest, PlotScript.textWidth(labels[row.offset])) }
      return widest
    }
    let left = min(widest + 30, 230)
    var plot = PlotScript(title: title, height: height, left: left, top: top, bottom: bottom)
    let values = rows.flatMap { row -> [Double] in
      if case .value(_, let value, let low, let high, _, _) = row { return [value, low, high] }
      return []
    }
    let axis = PlotScript.axis(values + shared + (line.map { [$0.value] } ?? []), includes: hasSigns, ticks: 4)
    plot.add("set xrange [\(PlotScript.number(axis.low)):\(PlotScript.number(axis.high))]")
    plot.add("set yrange [0:\(rows.count)]")
    plot.add("set xtics \(PlotScript.number(axis.step)) format '\(hasSigns ? "%+g" : "%g")' scale 0.6")
    if hasSigns { plot.add("set xtics add ('0' 0)") }
    plot.add("unset ytics")
    plot.add("set border 1")
    let ticks = stride(from: axis.low, through: axis.high + axis.step / 2, by: axis.step)
    for tick in ticks { vertical(at: tick, "lc rgb '\(Palette.faint)' lw 1", &plot) }
    plot.add("set xlabel \(PlotScript.quoted(axisTitle)) offset 0,0.3 textcolor rgb '\(Palette.ink)'")
    if let line {
      vertical(at: line.value, "lc rgb '\(Palette.grey)' lw 1.5 dt \(hasSigns ? "solid" : "(4,4)")", &plot)
      if !line.name.isEmpty {
        // Within the picture, whichever side the line is on.
        let share = (line.value - axis.low) / (axis.high - axis.low)
        let alignment = share > 0.66 ? "right" : share < 0.33 ? "left" : "center"
        plot.add(
          "set label \(PlotScript.quoted(line.name)) at first \(PlotScript.number(line.value)), graph 1 \(alignment) "
            + "offset 0,0.7 textcolor rgb '\(Palette.grey)'")
      }
    }
    var plots: [String] = []
    for (index, row) in rows.enumerated() {
      let y = Double(rows.count - index) - 0.5
      let pixel = bottom + rowHeight * y
      switch row {
      case .heading(let text):
        plot.label(PlotScript.fitted(text, into: PlotScript.width - 30), x: 10, y: pixel, colour: Palette.grey)
      case .value(let label, let value, let low, let high, let colour, let marker):
        plot.label(PlotScript.fitted(label, into: left - 28), x: 20, y: pixel)
        plot.data("row\(index)", [[value, y, low, high]])
        plots.append("$row\(index) using 1:2:3:4 with xerrorbars pt \(marker) ps 0.9 lw 2 lc rgb '\(colour)'")
      }
    }
    plot.add("set bars 0")
    plot.add("plot " + plots.joined(separator: ", \\\n  "))
    return plot.text
  }

  /// A line through the rows of values; headings, which may be as wide as the picture, are not crossed.
  private func vertical(at x: Double, _ look: String, _ plot: inout PlotScript) {
    var start: Int?
    for index in 0...rows.count {
      var isValue = false
      if index < rows.count, case .value = rows[index] { isValue = true }
      if isValue, start == nil { start = index }
      if !isValue, let first = start {
        plot.add(
          "set arrow from first \(PlotScript.number(x)), first \(rows.count - first) to first \(PlotScript.number(x)), "
            + "first \(rows.count - index) nohead back \(look)")
        start = nil
      }
    }
  }
}
