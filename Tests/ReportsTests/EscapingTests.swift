import Foundation
import Statistics
import TestSupport
import Testing

import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Names of tasks, classes and plugins are other people's text.
struct EscapingTests {
  static let hostile =
    "a<script>alert(1)</script>|&\"'\u{301}\n`x`_^{y}%d $z \\end{tabular} [link](http://evil.example) ~@"

  static func study() -> SyntheticStudy {
    var study = SyntheticStudy(images: 40)
    study.tasks = [hostile, "<img src=x onerror=alert(2)>", "world:c"]
    study.structures[0].name = hostile
    study.supervisions[1].name = "hard-label+\"><b>'%s"
    study.classNames = ["<i>one</i>", "two\u{202E}", "three", hostile]
    return study
  }

  @Test func inThePage() throws {
    let folder = try TemporaryFolder()
    try StudyReport(Self.study().baseToNew(), replicates: 100).write(to: folder.path)
    let page = try folder.text("report.html")
    for text in ["<script>alert", "<img", "<i>", "<b>'", "\u{202E}"] {
      #expect(!page.contains(text), "\(text) is in the page as it is")
    }
    #expect(page.contains("a&lt;script&gt;alert(1)"))
    // A quote with a combining mark is one character to Swift, and still ends an attribute.
    #expect(HTMLText.escaped("\"\u{301}<\u{301}") == "&quot;\u{301}&lt;\u{301}")
    #expect(Templates.parts.allSatisfy { $0.text.hasPrefix("{{% CONTENT_TYPE:\(HTMLText.name)}}") })
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func inEveryFigure() throws {
    let folder = try TemporaryFolder()
    let notes = try StudyReport(Self.study().baseToNew(), replicates: 100).write(to: folder.path)
    #expect(notes.isEmpty)
    let figures = folder.files.filter { $0.hasSuffix(".svg") }
    #expect(figures.count > 10)
    for figure in figures {
      let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: figure)))
      #expect(parser.parse(), "\(figure) is not XML")
      let text = try String(contentsOfFile: figure, encoding: .utf8)
      #expect(!text.contains("<script"))
    }
  }

  @Test func inGnuplot() {
    #expect(PlotScript.quoted("it's `x` \"y\"\n$z") == "'it''s `x` \"y\"\\n$z'")
    #expect(PlotScript.tick("5 %d") == "'5 %%d'")
  }

  @Test func inTeXAndMarkdown() {
    #expect(
      Table.texEscaped("a_b&c%d#e{f}$g^~\\") == "a\\_b\\&c\\%d\\#e\\{f\\}\\$g\\textasciicircum{}\\textasciitilde{}"
        + "\\textbackslash{}")
    #expect(Table.escaped("a|b`c`*d*_e_<f>[g]\nh") == "a\\|b\\`c\\`\\*d\\*\\_e\\_\\<f\\>\\[g\\]\\\\nh")
  }

  @Test func tablesKeepTheirShape() throws {
    let report = try StudyReport(Self.study().baseToNew(), replicates: 100)
    let table = report.tables.accuracies()[0]
    let lines = table.markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
    for line in lines {
      let bars = line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      #expect(bars == table.columns.count + 1)
    }
    let rows = table.tex.split(separator: "\n").filter { $0.hasSuffix("\\\\") }
    #expect(rows.count == table.rows.count + 1)
    for row in rows { #expect(row.replacing("\\&", with: "").count { $0 == "&" } == table.columns.count - 1) }
  }
}
