import Foundation
import TestSupport
import Testing

import Reports

/// The page and the folder around it.
struct PageTests {
  @Test func everyFileIsThereWithoutGnuplot() throws {
    let folder = try TemporaryFolder()
    let notes = try StudyReport(SmallStudy.results(missing: ["sapl, seed 3"])).write(to: folder.path, gnuplot: nil)
    #expect(notes == [Gnuplot.advice])
    let names = folder.files.map { $0.dropFirst(folder.path.count + 1) }
    #expect(
      names == ["comparisons.csv", "costs.csv", "report.html", "results.csv", "results.json", "table.md", "table.tex"])
    let page = try folder.text("report.html")
    #expect(page.contains("apt-get install gnuplot-nox"))
    #expect(page.contains("sapl, seed 3"))
    #expect(Gnuplot.find(in: folder.path) == nil)
  }

  @Test func nothingComesFromOutside() throws {
    let folder = try TemporaryFolder()
    try StudyReport(SyntheticStudy(images: 60).pretraining(), replicates: 100).write(to: folder.path)
    let page = try folder.text("report.html")
    for match in page.matches(of: /(?:src|href)\s*=\s*["']([^"']*)["']/) {
      let target = match.output.1
      #expect(!target.contains("//"), "\(target) is outside")
      // Links lead to parts of the page or to files beside it.
      if target.hasPrefix("#") {
        #expect(page.contains("id=\"\(target.dropFirst())\"") || page.contains("id='\(target.dropFirst())'"))
      } else if !target.hasPrefix("data:") {
        #expect(folder.exists(String(target)), "\(target) is not there")
      }
    }
    #expect(!page.contains("@import") && !page.contains("url(http"))
    let ids = page.matches(of: /\sid=["']([^"']*)["']/).map { String($0.output.1) }
    #expect(ids.count == Set(ids).count)
    #expect(!page.contains("{{"))
    // No colour of the file's is left in the page.
    #expect(Gnuplot.find() == nil || page.contains("var(--c1)"))
    #expect(!page.contains("'rgb("))
  }

  @Test func theSameCellsGiveTheSameFiles() throws {
    let folders = try [TemporaryFolder(), TemporaryFolder()]
    for folder in folders {
      try StudyReport(SyntheticStudy(images: 30).fewShot(), replicates: 100).write(to: folder.path)
    }
    for path in folders[0].files {
      let name = String(path.dropFirst(folders[0].path.count + 1))
      #expect(try folders[0].bytes(name) == folders[1].bytes(name), "\(name) differs")
    }
  }

  @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
  func oldFiguresGoAndForeignFilesStay() throws {
    let folder = try TemporaryFolder()
    try folder.write(PlotScript.mark + "\n", to: "figures/old.gp")
    try folder.write("<svg/>", to: "figures/old.svg")
    try folder.write("plot x\n", to: "figures/mine.gp")
    try folder.write("<svg/>", to: "figures/mine.svg")
    try StudyReport(SmallStudy.results()).write(to: folder.path)
    #expect(!folder.exists("figures/old.gp") && !folder.exists("figures/old.svg"))
    #expect(folder.exists("figures/mine.gp") && folder.exists("figures/mine.svg"))
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "file")
    #expect(throws: (any Error).self) { try StudyReport(SmallStudy.results()).write(to: file) }
  }
}
