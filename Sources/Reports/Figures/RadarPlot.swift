import Basics
import Foundation

/// A polygon for each method with a corner for each task, as the paper's figure 1; all axes have the same ends.
struct RadarPlot {
  struct Series {
    let label: String
    /// In percent, in the order of the axes; nil where there is none.
    let values: [Double?]
    let colour: String
    let marker: Int
    let dash: String
  }

  let title: String
  let axes: [String]
  let series: [Series]
  /// The values of the pictures beside it, whose axes it shares.
  var shared: [Double] = []

  var script: String {
    let bottom = 40 + PlotScript.keyHeight(series.map(\.label))
    // 118 pixels at both sides for names.
    let (side, top) = (118.0, 84.0)
    let extent = PlotScript.width - 2 * side
    let height = top + extent + bottom
    var plot = PlotScript(title: title, height: height, left: side, right: side, top: top, bottom: bottom)
    let axis = PlotScript.axis(series.flatMap { $0.values.compactMap { $0 } } + shared, ticks: 4)
    // The centre is one step below the smallest tick: a corner there would be no corner.
    let centre = max(axis.low - axis.step, 0)
    func place(_ index: Int, _ value: Double) -> (x: Double, y: Double) {
      let angle = Double.pi / 2 - 2 * Double.pi * Double(index) / Double(axes.count)
      let radius = (value - centre) / (axis.high - centre)
      return (radius * cos(angle), radius * sin(angle))
    }
    plot.add("set xrange [-1:1]")
    plot.add("set yrange [-1:1]")
    plot.add("unset border")
    plot.add("unset tics")
    plot.key(
      series.map {
        PlotScript.KeyEntry(label: $0.label, colour: $0.colour, marker: $0.marker, dash: $0.dash)
      })
    var plots: [String] = []
    let levels = stride(from: axis.low, through: axis.high + axis.step / 2, by: axis.step).filter { $0 > centre }
    for (level, value) in levels.enumerated() {
      let ring = (0...axes.count).map { place($0 % axes.count, value) }
      plot.data("ring\(level)", ring.map { [$0.x, $0.y] })
      plots.append("$ring\(level) using 1:2 with lines lc rgb '\(Palette.faint)' lw 1")
    }
    // Numbers at the rings would lie under the curves.
    plot.label(
      "rings at \(levels.map(PlotScript.number).joined(separator: ", ")) %", x: 10, y: height - 32, colour: Palette.grey
    )
    for (index, name) in axes.enumerated() {
      let end = place(index, axis.high)
      plot.data("axis\(index)", [[0, 0], [end.x, end.y]])
      plots.append("$axis\(index) using 1:2 with lines lc rgb '\(Palette.faint)' lw 1")
      let alignment = abs(end.x) < 0.1 ? "center" : end.x > 0 ? "left" : "right"
      let (x, y) = (side + extent * (end.x * 1.05 + 1) / 2, bottom + extent * (end.y * 1.07 + 1) / 2)
      let room = alignment == "center" ? 300 : (alignment == "left" ? PlotScript.width - x : x) - 6
      for (line, text) in Self.lines(name, into: room).enumerated() {
        let shift = end.y < -0.8 ? -8.0 : end.y > 0.8 ? 8 : 7
        plot.label(text, x: x, y: y + shift - 15 * Double(line), alignment: alignment)
      }
    }
    for (index, one) in series.enumerated() {
      let corners = (0...axes.count).map { corner -> [Double] in
        guard let value = one.values[corner % axes.count] else { return [.nan, .nan] }
        let at = place(corner % axes.count, value)
        return [at.x, at.y]
      }
      plot.data("s\(index)", corners)
      plots.append(
        "$s\(index) using 1:2 with linespoints lc rgb '\(one.colour)' lw 2 dt \(one.dash) pt \(one.marker) ps 0.7")
    }
    plot.add("plot " + plots.joined(separator: ", \\\n  "))
    return plot.text
  }

  /// A name on one line or two, broken where a task's parts meet.
  private static func lines(_ name: String, into width: Double) -> [String] {
    let text = name.printable
    if PlotScript.textWidth(text) <= width { return [text] }
    if let place = text.dropFirst().lastIndex(where: { "@:/-_ ".contains($0) }) {
      return [String(text[..<place]), String(text[place...])].map { PlotScript.fitted($0, into: width) }
    }
    return [PlotScript.fitted(text, into: width)]
  }
}
