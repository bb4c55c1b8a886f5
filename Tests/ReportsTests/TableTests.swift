import Testing

import Reports

/// Numbers as a person reads them, and tables.
struct TableTests {
  @Test func numbers() {
    #expect(NumberText.percent(0.71249) == "71.2")
    #expect(NumberText.points(0.0171) == "+1.7")
    #expect(NumberText.points(-0.003) == "−0.3")
    #expect(NumberText.points(-0.0001) == "0.0")
    #expect(NumberText.p(0.00099) == "< 0.001")
    #expect(NumberText.p(0.03125) == "0.031")
    #expect(NumberText.p(0.0021) == "0.0021")
    #expect(NumberText.p(0.5) == "0.50")
    #expect(NumberText.p(1) == "1.00")
    #expect(NumberText.whole(7680) == "7,680")
    #expect(NumberText.whole(1_234_567) == "1,234,567")
    #expect(NumberText.whole(12) == "12")
    #expect(NumberText.significant(12.345) == "12.3")
    #expect(NumberText.significant(1234) == "1,234")
  }

  @Test func boldOnlyWhereEveryPairIsDecided() throws {
    var study = SyntheticStudy(images: 60)
    study.structures = [("coop", 0.2, 0.1, 0.9), ("sapl", 3, 3, 0.3)]
    study.supervisions = [("hard-label", 0, 0, 0)]
    let table = try StudyReport(study.baseToNew()).tables.accuracies()[0]
    let sapl = table.rows.first { $0[0].text == "sapl" }!
    #expect(sapl.filter(\.isBest).count == 3)
    #expect(table.rows.joined().filter(\.isBest).count == 3)
  }

  @Test func labelsAreShortWhereTheyCanBe() {
    func method(_ structure: String, _ supervision: String, start: String = "usual") -> Method {
      Method(
        SmallStudy.cell("t", structure, [true, false, true], supervision: supervision).started(start))
    }
    let labels = Labels([
      method("coop:contextLength=4", "hard-label"), method("sapl:n=2", "hard-label+soft-label-kd:weight=1,teacher=a"),
      method("sapl:n=4", "hard-label"), method("coop:contextLength=4", "hard-label", start: "coop on large"),
    ])
    #expect(labels.structure("coop:contextLength=4") == "coop")
    #expect(labels.structure("sapl:n=2") == "sapl:n=2")
    #expect(labels.supervision("hard-label+soft-label-kd:weight=1,teacher=a") == "hard-label + soft-label-kd")
    #expect(
      labels.method(method("coop:contextLength=4", "hard-label", start: "coop on large"))
        == "coop with hard-label, pretrained")
    #expect(Labels.cut(String(repeating: "x", count: 90)).count == 40)
    #expect(Labels.taskNames(["world:a", "world:b"]) == ["a", "b"])
    #expect(Labels.taskNames(["world:a", "list:b"]) == ["world:a", "list:b"])
  }

  @Test func aStructureHasTheSameColourEverywhere() {
    func style(_ structures: [String]) -> (FigureStyle, [Method]) {
      let methods = structures.map { Method(SmallStudy.cell("t", $0, [true, false, true])) }
      return (FigureStyle(methods), methods)
    }
    let (small, few) = style(["sapl", "mine"])
    let (large, many) = style(["coop", "ivlp", "sapl:n=2", "maple", "vpt"])
    #expect(small.colour(few[0]) == large.colour(many[2]))
    #expect(Set(many.map(large.colour)).count == 5)
    #expect(small.colour(few[0]) != small.colour(few[1]))
  }
}
