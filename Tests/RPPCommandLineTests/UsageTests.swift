import Foundation
import TestSupport
import Testing

@Suite("Command line: mistakes in the command", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct UsageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func refused(
    _ arguments: [String], shell: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try RPPProcess.run(arguments, shell: shell, in: folder.path)
    #expect(outcome.status == 2, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    return outcome.errors
  }

  @Test func allMistakesAreNamedAtOnce() throws {
    let errors = try refused([
      "train", "--shots", "x", "--structure", "cooop", "--task", "world:shap", "--epochs", "0", "--batch-size", "-1",
      "--learning-rate", "-0.1", "--seed", "-2", "--classes", "bse", "--optimizer", "adam", "--recipe", "mine",
      "--validate-every", "-1", "--activation-memory", "0", "--supervision", "hard", "--backbone", "embedded:pupil",
    ])
    for part in [
      "--out is missing", "--shots is a whole number", "did you mean coop?", "did you mean world:shapes?",
      "--epochs is a whole number", "--batch-size is a whole number", "--learning-rate is a number above 0",
      "--seed is a whole number", "--classes is base, new or all", "--optimizer is sgd or adamw",
      "--recipe is published or card", "--validate-every is a whole number",
      "--activation-memory is a number of gigabytes", "there is no supervision \"hard\"",
      "embedded:pupil",
    ] { #expect(errors.contains(part), "\(part) in \(errors)") }
    #expect(!folder.exists("run"))
  }

  @Test func allThatIsMissingIsNamedWithAnExample() throws {
    let errors = try refused(["train"])
    for option in ["--task", "--structure", "--out"] { #expect(errors.contains("\(option) is missing, for example")) }
  }

  @Test func aListIsNamedWhereOneValueStands() throws {
    let errors = try refused([
      "train", "--task", "world:shapes,list:a, b.csv", "--structure", "sapl:unshared=kv,textLength=2,maple", "--seed",
      "1,2,5-7", "--supervision", "hard-label,hard-label+soft-label-kd", "--out", "run",
    ])
    for (option, count) in [("task", 2), ("structure", 2), ("seed", 5)] {
      #expect(
        errors.contains("--\(option) is one \(option), not a list of \(count); rpp compare takes lists\n"), "\(errors)")
    }
    #expect(
      errors.contains(
        "--supervision is one supervision, not a list of 2; its terms are joined by +; rpp compare takes lists\n"))
    // Not every comma makes a list.
    let half = try refused([
      "train", "--task", "world:shapes", "--structure", "coop:words=a,initialization", "--out", "r",
    ])
    #expect(half.contains("expected = and a value after initialization"), "\(half)")
  }

  @Test func whatIsMissingIsSaidBesideWhatIsWrong() throws {
    for (arguments, parts) in [
      (
        ["backbone", "train", "--preset", "pupil", "--steps", "0"],
        ["--preset: there is no preset", "--steps is", "--out is missing"]
      ),
      (["new-plugin", "Foo", "--kind", "x"], ["--kind is structure or supervision", "--out is", "--path is missing"]),
      (["tasks", "show", "world:shapes", "--seed", "x"], ["--seed is a whole number from 0", "--out is missing"]),
      (["predict", "--class-names", "a,a", "a.png"], ["--class-names has an element twice", "--run or --prompts"]),
    ] {
      let errors = try refused(arguments)
      for part in parts { #expect(errors.contains(part), "\(part) in \(errors)") }
    }
  }

  @Test func aMistakeInAQuotedValueIsPointedAt() throws {
    let errors = try refused([
      "train", "--task", "world:shapes", "--structure", "coop:words=\"a photo", "--out", "run",
    ])
    #expect(errors.contains("\n  coop:words=\"a photo\n             ^\n"), "\(errors)")
  }

  @Test(arguments: [
    (["train", "--shotz", "3"], "--shots"), (["evaluate"], "--run"),
    (["trian", "--task", "T"], "there is no command \"trian\"; did you mean train? (known: train, compare, "),
    (["backbone", "inof", "x"], "there is no command \"inof\"; did you mean info?"),
    (["predict", "--run", "x"], "images"),
    (["evaluate", "--run", "x", "--classes", "old"], "classes"),
    (["predict", "--run", "x", "--top", "0", "a.png"], "--top"),
    (["benchmark", "--classes", "-1"], "--classes is a whole number from 1 to 1000000, not \"-1\""),
    (["benchmark", "--batch", "9223372036854775807", "--steps", "0"], "--steps is a whole number"),
    (["benchmark", "--structure", "zero-shot", "--backbone", "embedded:student"], "no training step to measure"),
    (["backbone", "train", "--preset", "pupil", "--out", "x"], "preset"),
    (["tasks", "show", "world:x", "--out", "x.png"], "world:"),
    (["train", "--sampled-classes", "-1"], "--sampled-classes is a whole number from 1"),
    (["benchmark", "--test-images", "5"], "--stored-images"),
  ]) func otherMistakesEndWithTwo(_ arguments: [String], _ part: String) throws {
    #expect(try refused(arguments).contains(part))
  }

  @Test(arguments: ["0", "-1", "abc", "1.5", "100000", "9223372036854775808"])
  func anOddNumberOfThreadsIsRefused(_ threads: String) throws {
    let outcome = try RPPProcess.run(["tasks"], environment: ["RPP_NUM_THREADS": threads], in: folder.path)
    #expect(outcome.status == 2)
    #expect(outcome.messages == ["RPP_NUM_THREADS is a whole number from 1 to 1024, not \"\(threads)\""])
  }

  @Test func promptsThatAreTooLongAreFoundBeforeAFolderIsMade() throws {
    let outcome = try RPPProcess.run(
      ["train", "--task", "world:shapes", "--structure", "coop:contextLength=64", "--out", "run"], in: folder.path)
    #expect(outcome.status == 2 && outcome.messages.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("coop: contextLength is 64, but with these class names only "))
    #expect(outcome.errors.contains("context length of 48 rows; use at most "))
    #expect(!folder.exists("run"))
  }

  /// A number of steps that overflows must not be tried.
  @Test(arguments: ["--epochs", "--shots", "--batch-size"]) func numbersHaveALimit(_ option: String) throws {
    let errors = try refused([
      "train", "--task", "world:shapes", "--structure", "coop", "--out", "run", option, "9223372036854775807",
    ])
    #expect(errors.contains("\(option) is a whole number from 1 to 1000000"))
  }

  @Test(arguments: [
    ["--help"], ["train", "--help"], ["evaluate", "--help"], ["predict", "--help"], ["help", "backbone"],
  ]) func helpIsHelp(_ arguments: [String]) throws {
    let outcome = try RPPProcess.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("USAGE: rpp"))
    #expect(outcome.errors == "")
  }

  @Test func anErrorStreamThatIsClosedOrFullChangesNoStatus() throws {
    for redirection in ["2>&-", "2>/dev/full"] {
      _ = try refused(["train"], shell: "exec \"$@\" \(redirection)")
      _ = try refused(["train", "--unknown"], shell: "exec \"$@\" \(redirection)")
    }
  }

  @Test func anOutputThatIsFullIsAFailure() throws {
    for command in [["plugins"], ["tasks"], ["backbone", "info", "embedded:student", "--json"], ["--help"]] {
      let outcome = try RPPProcess.run(command, shell: "exec \"$@\" >/dev/full")
      #expect(outcome.status == 1, "\(command)")
      #expect(outcome.messages == ["cannot write the output: No space left on device"])
    }
  }
}
