import Foundation
import TestSupport
import Testing

@Suite("Command line: configuration files", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct ConfigFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.addImages()
  }

  private func train(_ yaml: String, _ arguments: [String] = []) throws -> RPPProcess.Outcome {
    try folder.write(yaml, to: "run.yaml")
    return try RPPProcess.run(["train", "--config", "run.yaml"] + arguments, in: folder.path)
  }

  private func record(_ out: String) throws -> (configuration: [String: Any], sources: [String: String]) {
    let object = try JSONSerialization.jsonObject(with: try folder.bytes("\(out)/run.json")) as? [String: Any]
    return (
      try #require(object?["configuration"] as? [String: Any]), try #require(object?["sources"] as? [String: String])
    )
  }

  @Test func everyFormIsReadAndTheCommandLineWins() throws {
    let outcome = try train(
      """
      task: folder:pets
      structure:
        coop:
          contextLength: 2
          initialization: random
          words: "a drawing, of a"
      supervision:
        - hard-label
        - hard-label: {weight: 0.5}
      shots: 2
      epochs: 9
      learning-rate: 1e-3
      classes: all
      out: other
      """, ["--epochs", "1", "--out", "run"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!folder.exists("other"))
    let (configuration, sources) = try record("run")
    let structure = try #require(configuration["structure"] as? String)
    #expect(structure.contains("contextLength=2") && structure.contains("words=\"a drawing, of a\""))
    #expect(configuration["supervision"] as? String == "hard-label:weight=1.0+hard-label:weight=0.5")
    #expect(configuration["shots"] as? Int == 2)
    #expect(configuration["epochs"] as? Int == 1)
    #expect(configuration["learningRate"] as? Double == 1e-3)
    #expect(sources["epochs"] == "option" && sources["learningRate"] == "configuration file")
    #expect(Set(sources.filter { !["epochs", "learningRate"].contains($0.key) }.values) == ["card"])
  }

  @Test func whatWasMeantIsNotMissingToo() throws {
    let outcome = try train("task: folder:pets\nstructures: coop\nout: run\n")
    #expect(outcome.status == 2 && outcome.messages.count == 1, "\(outcome.errors)")
    #expect(
      outcome.messages.first?.contains("run.yaml, line 2: there is no setting \"structures\"; did you mean structure?")
        == true)
  }

  @Test func mistakesAreNamedWithTheirLines() throws {
    let outcome = try train(
      """
      task: folder:pets
      structure: coop
      out: run
      epoch: 3
      supervision: {a: {b: 1}, c: {}}
      shots: none
      """)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("run.yaml, line 4: there is no setting \"epoch\"; did you mean epochs?"))
    #expect(outcome.errors.contains("run.yaml, line 5: supervision must be"))
    #expect(outcome.errors.contains("run.yaml, line 6: shots is a whole number"))
    #expect(!folder.exists("run"))
  }

  @Test func anyCommandWithOptionsReadsThem() throws {
    for command in [
      ["train"], ["evaluate"], ["predict"], ["plugins"], ["new-plugin"], ["tasks", "show"], ["backbone", "zero-shot"],
      ["backbone", "train"], ["benchmark"], ["demo"], ["cache", "clear"], ["compare"],
    ] {
      let help = try RPPProcess.run(["help"] + command)
      #expect(help.output.contains("--config"), "\(command)")
    }
    try folder.write("backbone: embedded:student\nclass-count: 7\njson: true\n", to: "plugins.yaml")
    let listed = try RPPProcess.run(["plugins", "coop", "--config=plugins.yaml"], in: folder.path)
    #expect(listed.output.contains("\"classCount\" : 7"), "\(listed.errors)")
    let other = try RPPProcess.run(
      ["plugins", "coop", "--config", "plugins.yaml", "--class-count", "8"], in: folder.path)
    #expect(other.output.contains("\"classCount\" : 8"))
    try folder.write("out: sheet.png\nseed: 2\n", to: "show.yaml")
    let shown = try RPPProcess.run(["tasks", "show", "world:shapes", "--config", "show.yaml"], in: folder.path)
    #expect(shown.status == 0 && folder.exists("sheet.png"), "\(shown.errors)")
    try folder.write("json: maybe\nsteps: 0\nclasses: [1, 2]\nstep: 3\nbackbone: \"\"\n", to: "bad.yaml")
    let bad = try RPPProcess.run(["benchmark", "--batch", "x", "--config", "bad.yaml"], in: folder.path)
    #expect(bad.status == 2)
    for part in [
      "bad.yaml, line 1: json is true or false, not \"maybe\"", "bad.yaml, line 2: steps is a whole number from 1",
      "bad.yaml, line 3: classes is one value, not a list of 2\n", "bad.yaml, line 4: there is no setting \"step\"",
      "bad.yaml, line 5: backbone is empty", "--batch is a whole number from 1",
    ] { #expect(bad.errors.contains(part), "\(part) in \(bad.errors)") }
    // What ends the parsing of the command line does not hide what is wrong in the file.
    let unknown = try RPPProcess.run(["benchmark", "--speed", "--config", "bad.yaml"], in: folder.path)
    #expect(unknown.status == 2 && unknown.errors.contains("--speed") && unknown.errors.contains("line 4"))
  }

  @Test func listsOfAComparisonAreLists() throws {
    try folder.write(
      """
      tasks: [world:shapes, "list:a, b.csv"]
      structures:
        - coop: {contextLength: 4, classTokenPosition: front}
        - mapel
      supervisions:
        - hard-label
        - [hard-label, soft-label-kd: {weight: 0}]
      seeds: [3, 1-2, 2]
      """, to: "compare.yaml")
    let outcome = try RPPProcess.run(["compare", "--config", "compare.yaml", "--epochs", "2,0"], in: folder.path)
    #expect(outcome.status == 2)
    for part in [
      "compare.yaml, line 2: structures: there is no structure \"mapel\"; did you mean maple?",
      "compare.yaml, line 8: seeds: 2 stands twice in \"3,1-2,2\"\n",
      "--epochs has 0, and each is a whole number from 1", "--out is missing",
    ] { #expect(outcome.errors.contains(part), "\(part) in \(outcome.errors)") }
    #expect(!outcome.errors.contains("tasks") && !outcome.errors.contains("supervisions:"), "\(outcome.errors)")
  }

  /// A shell would have made a whole path of it.
  @Test func theHomeDirectoryIsWhereItIs() throws {
    try folder.write("out: ~/sheet.png\n", to: "show.yaml")
    let shown = try RPPProcess.run(
      ["tasks", "show", "world:shapes", "--config", "show.yaml"], environment: ["HOME": "\(folder.path)/home"],
      in: folder.path)
    #expect(shown.messages == ["cannot write \(folder.path)/home/sheet.png: No such file or directory"])
  }

  @Test func aListIsNamedWithItsLine() throws {
    let outcome = try train("task: folder:pets\nout: run\nstructure: [coop, {maple: {depth: 1}}]\nseed: 1-3\n")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors == """
        rpp: run.yaml, line 3: structure is one structure, not a list of 2; rpp compare takes lists
        run.yaml, line 4: seed is one seed, not a list of 3; rpp compare takes lists

        """)
  }

  @Test(arguments: ["a: [1", "just words", "", "- task", "task: &a [*a]", "\u{0}", "task: {1: {2: {3: 4}}}"])
  func whatIsNoConfigurationIsRefused(_ yaml: String) throws {
    let outcome = try train(yaml)
    #expect(outcome.status == 2)
    #expect(outcome.messages.count == 1)
    #expect(outcome.errors.contains("run.yaml"))
  }

  /// Aliases within aliases that expand to 9¹⁵ texts.
  @Test func aliasesAreRefusedBeforeTheyAreFollowed() throws {
    let letters = Array("abcdefghijklmno").map(String.init)
    let bomb = zip(letters, letters.dropFirst()).map { name, next in
      "\(next): &\(next) [\(repeatElement("*\(name)", count: 9).joined(separator: ","))]"
    }
    let start = Date()
    for yaml in [
      (["a: &a [x,x]"] + bomb + ["task: *o"]).joined(separator: "\n"),
      (["a: &a [x,x]"] + bomb + ["? *o\n: x"]).joined(separator: "\n"),
    ] {
      let outcome = try train(yaml)
      #expect(outcome.status == 2)
      #expect(
        outcome.messages == [
          "run.yaml, line 2: anchors and aliases (&name, *name) are not read; write what they stand for"
        ])
    }
    #expect(Date().timeIntervalSince(start) < 20)
  }

  @Test(arguments: [
    "task: " + String(repeating: "[", count: 100_000), "a: [1, " + String(repeating: "x", count: 100_000),
    String(repeating: "? ", count: 50_000), "task: a\n" + String(repeating: "task: b\n", count: 10_000),
    "task: \"" + String(repeating: "\\q", count: 100_000),
  ]) func whatIsWrongIsSaidInOneShortLine(_ yaml: String) throws {
    let outcome = try train(yaml)
    #expect(outcome.status == 2)
    let start = outcome.errors.prefix(1000)
    #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.errors.count < 300, "\(start)")
    #expect(outcome.messages.first?.hasPrefix("run.yaml, line ") ?? false, "\(start)")
  }

  @Test func aMissingFileIsNamed() throws {
    let outcome = try RPPProcess.run(["train", "--config", "nowhere.yaml"], in: folder.path)
    #expect(outcome.status == 2)
    #expect(outcome.messages == ["the configuration file: cannot read nowhere.yaml: No such file or directory"])
  }
}
