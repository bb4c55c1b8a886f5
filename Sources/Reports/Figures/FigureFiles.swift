import Basics
import Foundation

/// Draws the figures of a report into the folder `figures` beside it.
struct FigureFiles {
  /// The report's folder.
  let directory: String
  let gnuplot: Gnuplot?

  /// Writes the script and the SVG of every panel.
  ///
  /// - Returns: The SVG of each picture for the page, by name; and what a user should know, a line each: gnuplot is missing, or
  ///   a picture could not be drawn.
  func write(_ figures: [Figure.Result]) throws -> (drawings: [String: String], notes: [String]) {
    guard let gnuplot else { return ([:], [Gnuplot.advice]) }
    let folder = "\(directory)/figures"
    try Folder.make(folder)
    try removeOld(in: folder)
    let panels = figures.flatMap { result -> [Panel] in
      if case .figure(let figure) = result { return figure.panels }
      return []
    }
    var (drawings, notes): ([String: String], [String]) = ([:], [])
    // Each is a process of its own that mostly waits.
    let svgs = try Parallel.map(panels.count) { index in Result { try gnuplot.run(panels[index].script) } }
    for (panel, svg) in zip(panels, svgs) {
      do {
        let svg = try svg.get()
        try AtomicFile.write(Data(panel.script.utf8), to: "\(folder)/\(panel.name).gp")
        try AtomicFile.write(
          Data(SVGText.file(svg, alternative: panel.alternative).utf8), to: "\(folder)/\(panel.name).svg")
        drawings[panel.name] = SVGText.inline(svg, name: panel.name, alternative: panel.alternative)
      } catch let failure as Failure where failure.description.hasPrefix("gnuplot: ") {
        notes.append("the figure \(panel.name) could not be drawn: \(failure)")
      }
    }
    return (drawings, notes)
  }

  /// Takes away the figures of an earlier report, which would show numbers that are no longer true; known by the first line
  /// of their scripts.
  private func removeOld(in folder: String) throws {
    for name in try Folder.names(in: folder) where name.hasSuffix(".gp") {
      let script = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
      guard script.starts(with: Data(PlotScript.mark.utf8)) else { continue }
      for ending in [".gp", ".svg"] { unlink("\(folder)/\(name.dropLast(3))\(ending)") }
    }
  }
}
