import Basics
import Experiments
import Testing

import Reports

/// The files for other programs: golden texts, and the same bytes for the same cells.
struct CSVTests {
  @Test func resultsOfASmallStudy() throws {
    #expect(
      try ResultsCSV.text(SmallStudy.results()) == """
        protocol,task,tested,start,structure,supervision,shots,epochs,seed,classes,images,correct,accuracy,loss,ece,trainingAccuracy,trainingLoss,parameters
        few-shot,world:shapes,world:shapes,usual,coop,hard-label,1,5,1,all,4,2,0.5,0.5,0.25,0.75,0.4,8
        few-shot,world:shapes,world:shapes,usual,coop,hard-label,1,5,2,all,4,2,0.5,0.5,0.25,0.75,0.5,8
        few-shot,world:shapes,world:shapes,usual,sapl,hard-label,1,5,1,all,4,3,0.75,0.5,0.0,0.75,0.1,8
        few-shot,world:shapes,world:shapes,usual,sapl,hard-label,1,5,2,all,4,4,1.0,0.5,0.25,0.75,0.2,8
        few-shot,world:shapes,world:shapes,usual,zero-shot,,0,0,0,all,4,1,0.25,0.5,0.5,,,0

        """)
  }

  @Test func theOrderFollowsFromTheCellsAlone() throws {
    var results = SyntheticStudy(images: 24).baseToNew()
    let text = try ResultsCSV.text(results)
    results.cells = results.cells.reversed()
    #expect(try ResultsCSV.text(results) == text)
    results.cells.shuffle()
    #expect(try ResultsCSV.text(results) == text)
    let first = try StudyReport(SmallStudy.results())
    var other = SmallStudy.results()
    other.cells.reverse()
    #expect(try StudyReport(other).comparisons == first.comparisons)
  }

  @Test func comparisonsOfASmallStudy() throws {
    let report = try StudyReport(SmallStudy.results())
    let lines = ComparisonsCSV.text(report.comparisons, protocolName: "few-shot").split(separator: "\n").map(
      String.init)
    #expect(
      lines[0] == "protocol,task,tested,classes,shots,epochs,a,b,pairs,difference,low,high,p,pHolm")
    #expect(
      lines.dropFirst().map { $0.split(separator: ",").prefix(10).joined(separator: ",") } == [
        "few-shot,world:shapes,world:shapes,all,1,5,coop|hard-label,sapl|hard-label,2,-0.375",
        "few-shot,world:shapes,world:shapes,all,1,5,coop|hard-label,zero-shot,2,0.25",
        "few-shot,world:shapes,world:shapes,all,1,5,sapl|hard-label,zero-shot,2,0.625",
      ])
    // Two pairs: no p below a half. Holm: three comparisons, at most 1.
    #expect(report.comparisons.map(\.p) == [0.5, 0.5, 0.5])
    #expect(report.comparisons.map(\.pHolm) == [1, 1, 1])
    for line in report.comparisons { #expect(line.low <= line.difference && line.difference <= line.high) }
  }

  @Test func costsOfASmallStudy() {
    #expect(
      CostsCSV.text(SmallStudy.results().costs) == """
        task,structure,supervision,stepSeconds,peakBytes,parameters,imagesPerSecond
        world:shapes,sapl,hard-label,0.25,1000000,36864,128.0

        """)
  }

  @Test func namesWithCommasQuotesAndLineBreaksAreReadBack() throws {
    let name = "folder:\"a\", b\nc"
    let text = try ResultsCSV.text(SmallStudy.results(task: name))
    var records = 0
    try CSV.forEachRecord(of: .init(text.utf8), origin: "results.csv") { record in
      records += 1
      #expect(record.count == 18)
      let task = try record.text(1)
      #expect(task == (records == 1 ? "task" : name))
    }
    #expect(records == 6)
  }
}
