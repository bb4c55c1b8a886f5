import Foundation
import TestSupport
import Testing

/// `rpp compare` and `rpp report` as processes.
@Suite(.enabled(if: RPPProcess.path != nil, "there is no rpp beside the tests"))
struct CompareTests {
  private static let small = [
    "compare", "--tasks", "world:shapes@sketch", "--structures", "coop:contextLength=2", "--shots", "1", "--epochs",
    "2", "--seeds", "1-2", "--out", "study",
  ]

  @Test func aComparisonIsRunExtendedAndReported() throws {
    let folder = try TemporaryFolder()
    let first = try RPPProcess.run(Self.small, in: folder.path)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("coop") && first.output.contains("zero-shot"))
    #expect(first.errors.contains("2 runs, 0 of them done"))
    let results = try folder.text("study/results.csv")
    #expect(
      results.hasPrefix(
        "protocol,task,tested,start,structure,supervision,shots,epochs,seed,classes,images,correct,accuracy,loss,ece,"
          + "trainingAccuracy,trainingLoss,parameters"))
    // 2 seeds and 2 references, on base and new classes.
    #expect(results.split(whereSeparator: \.isNewline).count == 1 + 8)

    // In YAML, and with a seed more.
    try folder.write(
      """
      tasks: [world:shapes@sketch]
      structures: ["coop:contextLength=2"]
      shots: 1
      epochs: 2
      seeds: 1-3
      out: study
      """, to: "compare.yaml")
    let second = try RPPProcess.run(["compare", "--config", "compare.yaml"], in: folder.path)
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("3 runs, 2 of them done"), "\(second.errors)")
    let extended = try folder.text("study/results.csv")
    #expect(Set(results.split(separator: "\n")).isSubset(of: Set(extended.split(separator: "\n"))))

    try FileManager.default.removeItem(atPath: "\(folder.path)/study/results.csv")
    let report = try RPPProcess.run(["report", "study"], in: folder.path)
    #expect(report.status == 0, "\(report.errors)")
    #expect(try folder.text("study/results.csv") == extended)
    #expect(folder.exists("study/report.html"))

    // Its folder is not a run's.
    let train = try RPPProcess.run(
      ["train", "--task", "world:shapes", "--structure", "coop", "--out", "study"], in: folder.path)
    #expect(train.status == 2 && train.messages == ["study holds a comparison; choose another --out"])
    #expect(!folder.exists("study/lock"))

    // Another recipe is another comparison.
    let other = try RPPProcess.run(Self.small + ["--learning-rate", "0.5"], in: folder.path)
    #expect(other.status == 2)
    #expect(other.messages.first?.contains("learningRate is not set there, 0.5 here") == true, "\(other.errors)")
  }

  @Test func theSharedCounterpartIsComparedWhereItIsWanted() throws {
    let folder = try TemporaryFolder()
    let result = try RPPProcess.run(
      [
        "compare", "--tasks", "world:shapes@sketch", "--structures", "sapl:textLength=1,visionLength=1", "--shots", "1",
        "--epochs", "1", "--seeds", "1", "--protocol", "few-shot", "--equal-parameters", "--out", "study",
      ], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("2 runs, 0 of them done"), "\(result.errors)")
    #expect(try folder.text("study/results.csv").contains("unshared=none"))
  }

  @Test func learningRatesAreSearchedAndNamed() throws {
    let folder = try TemporaryFolder()
    let result = try RPPProcess.run(Self.small + ["--tune", "3"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("2 runs, 3 trials, 0 of them done"), "\(result.errors)")
    #expect(try folder.text("study/report.html").contains("chosen on validation images among"))
    #expect(try folder.text("study/results.json").contains("\"validationImages\":240"))
    // A folder with a search is none without.
    let other = try RPPProcess.run(Self.small, in: folder.path)
    #expect(other.status == 2 && other.messages.first?.contains("tune is 3 there, not set here") == true)
  }

  @Test func withoutValidationImagesNothingIsSearched() throws {
    let folder = try TemporaryFolder()
    try folder.addImages()
    let result = try RPPProcess.run(
      ["compare", "--tasks", "folder:pets", "--structures", "coop", "--tune", "3", "--out", "study"], in: folder.path)
    #expect(result.status == 2 && result.messages.count == 1, "\(result.errors)")
    #expect(result.messages.first?.contains("no validation images") == true, "\(result.errors)")
    #expect(!folder.exists("study"))
  }

  @Test(arguments: [
    (["--structures", "coop,mapel"], "maple"), (["--tasks", "world:shapes,nowhere:x"], "nowhere:x"),
    (["--seeds", "5-1"], "5-1 goes down"), (["--shots", "0"], "--shots"), (["--protocol", "few"], "few-shot"),
    (["--sampled-classes", "0"], "--sampled-classes has \"0\", and each is a whole number from 1"),
    (["--sampled-classes", "all,"], "--sampled-classes has \"\""),
    (["--structures", "maple:depth=40"], "40"), (["--protocol", "cross-task"], "--source"),
    (["--supervisions", "hard-label,soft"], "soft-label-kd"), (["--out", "/dev/null/x"], "/dev/null"),
    (["--baselines", "probe"], "linear-probe"), (["--tune", "-1"], "--tune is a whole number from 0"),
    (["--shots", "0"], ", or the word all instead of numbers"),
    (["--tasks", "world:shapez"], "--tasks: there is no task"),
    (["--source", "world:colors"], "--source: the protocol base-to"),
    (["--few-shots", "4"], "--few-shots: the protocol base-to-new does not take it; pretraining does"),
    (
      ["--supervisions", "hard-label+soft-label-kd:teacher=embedded:techer"],
      "--supervisions: the teacher of soft-label-kd: there is no file \"embedded:techer\" and no backbone of that name; did you "
        + "mean embedded:teacher?"
    ),
  ])
  func mistakesAreOneLineBeforeAnythingRuns(_ options: [String], _ part: String) throws {
    let folder = try TemporaryFolder()
    var arguments = Self.small
    for (index, option) in options.enumerated() where option.hasPrefix("--") {
      if let place = arguments.firstIndex(of: option) {
        arguments[place + 1] = options[index + 1]
      } else {
        arguments += [option, options[index + 1]]
      }
    }
    let outcome = try RPPProcess.run(arguments, in: folder.path)
    #expect(outcome.status == (options[0] == "--out" ? 1 : 2), "\(outcome.errors)")
    #expect(outcome.messages.count == 1 && outcome.messages[0].contains(part), "\(outcome.errors)")
    #expect(!folder.exists("study"))
  }

  @Test func aComparisonOfAnotherProgramSaysWhose() throws {
    let folder = try TemporaryFolder()
    #expect(try RPPProcess.run(Self.small, in: folder.path).status == 0)
    let record = try folder.text("study/study.json")
    #expect(record.contains("\"program\":\"rpp\""))
    try folder.write(
      record.replacing("coop:contextLength=2", with: "striped-prompt").replacing(
        "\"program\":\"rpp\"", with: "\"program\":\"striped-prompt\""), to: "study/study.json")
    let report = try RPPProcess.run(["report", "study"], in: folder.path)
    #expect(report.status == 1 && report.messages.count == 1, "\(report.errors)")
    #expect(report.errors.contains("the comparison was made by another program, striped-prompt"))
  }

  @Test func helpListsTheProtocolsThatAreThere() throws {
    let help = try RPPProcess.run(["compare", "--help"])
    #expect(
      help.status == 0 && help.output.contains("pretraining: ") && help.output.contains("cross-task, domain-shift"))
  }

  @Test func aFolderWithoutAComparisonIsSaidToHaveNone() throws {
    let folder = try TemporaryFolder()
    let none = try RPPProcess.run(["report", "nothing"], in: folder.path)
    #expect(none.status == 1 && none.messages.first?.contains("holds no comparison") == true, "\(none.errors)")
  }
}
