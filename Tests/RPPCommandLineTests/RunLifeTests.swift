import Foundation
import Images
import TestSupport
import Testing

@Suite("Command line: the life of a run", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct RunLifeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.addImages()
  }

  private func rpp(_ arguments: [String], environment: [String: String] = [:]) throws -> RPPProcess.Outcome {
    try RPPProcess.run(arguments, environment: environment, in: folder.path)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func trainEvaluatePredictAndTheSameAgain() throws {
    let first = try rpp(shortRun + ["--out", "run"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("zero-shot") && first.output.contains("training accuracy"))
    #expect(!first.errors.contains("augmentation"), "the embedded backbone's recipe has none")
    let note = "folder:pets has no validation images: there will be no best.safetensors"
    #expect(first.errors.components(separatedBy: note).count == 2)
    let unasked = try rpp(shortRun + ["--validate-every", "0", "--out", "unasked"])
    #expect(unasked.status == 0 && !unasked.errors.contains("validation images"))
    #expect(!first.errors.contains("\u{1B}"), "plain lines where nobody looks")
    let final = try folder.bytes("run/final.safetensors")
    #expect(!String(decoding: final, as: UTF8.self).contains(folder.path))
    #expect(!folder.exists("run/checkpoint.safetensors"))

    let again = try rpp(shortRun + ["--out", "run"])
    #expect(again.status == 0)
    #expect(again.output == first.output)
    #expect(try folder.bytes("run/final.safetensors") == final)

    let other = try rpp(shortRun + ["--out", "run", "--seed", "2", "--batch-size", "4"])
    #expect(other.status == 2)
    #expect(other.messages.count == 1)
    #expect(other.messages[0].contains("batchSize is 32 there, 4 here; seed is 1 there, 2 here"))

    let evaluation = try object(try rpp(["evaluate", "--run", "run", "--json"]).output)
    let accuracy = try #require(evaluation["accuracy"] as? Double)
    #expect((0...1).contains(accuracy))
    let table = try rpp(["evaluate", "--run", "run"])
    #expect(table.status == 0)
    for name in ["bird", "cat", "dog"] { #expect(table.output.contains("\n\(name)")) }
    #expect(try rpp(["evaluate", "--run", "run", "--classes", "new"]).output.contains("dog"))

    // Without a run or task the classes are the user's.
    let named = try rpp([
      "predict", "--prompts", "run/final.safetensors", "--class-names", "cat, dog", "--json", "pets/cat/0.png",
    ])
    #expect(
      named.status == 0 && named.output.contains("\"cat\"") && !named.output.contains("\"bird\""), "\(named.errors)")
    let unnamed = try rpp(["predict", "--prompts", "run/final.safetensors", "pets/cat/0.png"])
    #expect(unnamed.status == 2 && unnamed.messages.first?.hasPrefix("--class-names or --task is missing") == true)

    let words = try object(try rpp(["interpret", "--run", "run", "--words", "2", "--json"]).output)
    let vectors = try #require(words["vectors"] as? [[String: Any]])
    #expect(!vectors.isEmpty && vectors.allSatisfy { ($0["nearest"] as? [Any])?.count == 2 })
    let same = try rpp(["interpret", "--prompts", "run/final.safetensors"])
    #expect(same.status == 0 && same.output.contains("most similar"))
    #expect(try rpp(["interpret"]).status == 2)

    let prediction = try rpp(["predict", "--run", "run", "--json", "pets/cat/0.png", "pets/dog/1.png"])
    #expect(prediction.status == 0)
    let predictions = try #require(try object(prediction.output)["predictions"] as? [[String: Any]])
    #expect(predictions.map { $0["image"] as? String } == ["pets/cat/0.png", "pets/dog/1.png"])
    for prediction in predictions {
      let probabilities = try #require(prediction["classes"] as? [[String: Any]]).compactMap {
        $0["probability"] as? Double
      }
      #expect(probabilities.count == 3)
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
      #expect(probabilities == probabilities.sorted(by: >))
    }
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    for threads in ["1", "2"] {
      let outcome = try rpp(shortRun + ["--out", "run\(threads)"], environment: ["RPP_NUM_THREADS": threads])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/run1")
    #expect(Set(["final.safetensors", "metrics.jsonl", "result.json", "run.json", "timing.json"]).isSubset(of: files))
    // Times are in these two.
    for file in files where !["timing.json", "tensorboard"].contains(file) {
      #expect(try folder.bytes("run1/\(file)") == folder.bytes("run2/\(file)"), "\(file)")
    }
  }

  /// Images that are changed at random, by one thread without working ahead, by three, and by a process that was killed.
  @Test func augmentationIsTheSameForAnyNumberOfThreadsAndAfterAKill() throws {
    func command(_ out: String, _ augmentation: String = "rand-augment") -> [String] {
      [
        "train", "--task", "folder:pets", "--structure", "coop:contextLength=2", "--epochs", "300", "--batch-size", "2",
        "--supervision", "hard-label+soft-label-kd:teacher=embedded:teacher", "--validate-every", "0",
        "--augmentation", augmentation, "--out", out,
      ]
    }
    let killed = try RPPProcess(command("killed"), environment: ["RPP_NUM_THREADS": "3"], in: folder.path)
    _ = killed.wait { folder.exists("killed/checkpoint.safetensors") }
    killed.send(SIGKILL)
    _ = try killed.outcome()
    for (out, threads) in [("one", "1"), ("three", "3"), ("killed", "2")] {
      let outcome = try rpp(command(out), environment: ["RPP_NUM_THREADS": threads])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("\naugmentation rand-augment: "), "\(outcome.errors)")
    }
    for file in ["final.safetensors", "metrics.jsonl", "result.json"] {
      let one = try folder.bytes("one/\(file)")
      #expect(try folder.bytes("three/\(file)") == one && folder.bytes("killed/\(file)") == one, "\(file)")
    }
    let record = try object(try folder.text("one/run.json"))
    #expect((record["configuration"] as? [String: Any])?["augmentation"] as? String == "rand-augment")
    #expect((record["sources"] as? [String: Any])?["augmentation"] as? String == "option")

    // Another augmentation is another run; none is what the embedded backbone's recipe has.
    let other = try rpp(command("one", "none"))
    #expect(
      other.status == 2 && other.messages.first?.contains("augmentation is rand-augment there, none here") == true)
    #expect(try rpp(command("plain", "none")).status == 0)
    #expect(try folder.bytes("plain/final.safetensors") != folder.bytes("one/final.safetensors"))
    try folder.write("augmentation: crop-flip\n", to: "settings.yaml")
    let configured = try rpp(shortRun + ["--config", "settings.yaml", "--out", "configured"])
    #expect(configured.status == 0, "\(configured.errors)")
    let sources = try object(try folder.text("configured/run.json"))["sources"] as? [String: Any]
    #expect(sources?["augmentation"] as? String == "configuration file" && sources?["epochs"] as? String == "option")
    let wrong = try rpp(shortRun + ["--augmentation", "flip", "--out", "wrong"])
    #expect(wrong.status == 2)
    #expect(
      wrong.messages == ["--augmentation is none, crop-flip or rand-augment, not \"flip\""], "\(wrong.errors)")
  }

  @Test func numbersStandBelowEachOther() throws {
    let outcome = try rpp([
      "train", "--task", "folder:pets", "--structure", "coop:contextLength=2", "--classes", "base", "--epochs", "2",
      "--supervision", "hard-label+soft-label-kd", "--out", "run",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for line in ["  zero-shot      test", "  coop           test", "  new classes    test", "  training loss  hard"] {
      #expect(outcome.output.contains("\n\(line)"), "\(outcome.output)")
    }
  }

  @Test func aRunThatIsNotFinishedIsToGoOn() throws {
    let process = try RPPProcess(shortRun.dropLast() + ["100000", "--out", "run"], in: folder.path)
    _ = process.wait { folder.exists("run/metrics.jsonl") }
    process.send(SIGKILL)
    _ = try process.outcome()
    let outcome = try rpp(["evaluate", "--run", "run"])
    #expect(outcome.status == 1)
    #expect(outcome.messages == ["the run in run is not finished: give the same rpp train command again"])
  }

  @Test func aMistypedTeacherLeavesNothing() throws {
    let command = shortRun + ["--out", "run", "--supervision", "hard-label+soft-label-kd:teacher=embedded:"]
    var typed = command
    typed[typed.count - 1] += "techer"
    let outcome = try rpp(typed)
    #expect(outcome.status == 2 && outcome.messages.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("--supervision: the teacher of soft-label-kd: there is no file"))
    #expect(!folder.exists("run"))
    // Images that cannot be read are found later.
    try folder.write("no image", to: "pets/cat/0.png")
    try folder.write("no image", to: "pets/cat/1.png")
    #expect(try rpp(shortRun + ["--shots", "2", "--out", "run", "--strict"]).status == 1)
    #expect(!folder.exists("run"))
  }

  @Test func zeroShotHasNothingToLearn() throws {
    let command = ["train", "--task", "folder:pets", "--structure", "zero-shot:template=\"a {}, of all things.\""]
    let outcome = try rpp(command + ["--out", "run"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("nothing to learn"))
    #expect(outcome.output.contains("  zero-shot  test accuracy"))
    #expect(try rpp(["evaluate", "--run", "run"]).status == 0)
    #expect(try rpp(command + ["--out", "run"]).output == outcome.output)
  }

  /// Killed at once, interrupted, killed behind its checkpoint, after it, and at the very end.
  @Test func aRunThatIsKilledAgainAndAgainEndsTheSame() throws {
    func command(_ out: String) -> [String] {
      [
        "train", "--task", "folder:pets", "--structure", "coop:contextLength=4", "--epochs", "700", "--batch-size", "2",
        "--validate-every", "0", "--out", out,
      ]
    }
    let undisturbed = try RPPProcess(command("undisturbed"), in: folder.path)
    func started() throws -> RPPProcess { try RPPProcess(command("killed"), in: folder.path) }
    func changed(_ name: String) -> () -> Bool {
      let path = "\(folder.path)/killed/\(name)"
      func state() -> String {
        var status = stat()
        return stat(path, &status) == 0 ? "\(status.st_ino) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)" : ""
      }
      let before = state()
      return { state() != before }
    }

    var run = try started()
    #expect(run.wait(until: changed("run.json")))
    run.send(SIGKILL)
    #expect(try run.outcome().status == 128 + SIGKILL)

    run = try started()
    #expect(run.wait(until: changed("metrics.jsonl")))
    run.send(SIGINT)
    let interrupted = try run.outcome()
    #expect(interrupted.status == 130)
    #expect(interrupted.messages == ["interrupted; the same command goes on from here"])
    #expect(folder.exists("killed/checkpoint.safetensors"))
    #expect(try RPPProcess.run(["evaluate", "--run", "killed"], in: folder.path).status == 1)

    run = try started()
    #expect(run.wait(until: changed("metrics.jsonl")))
    run.send(SIGKILL)
    #expect(try run.outcome().status == 128 + SIGKILL)

    // A machine on which all is over in two seconds writes no checkpoint of its own accord.
    for file in ["checkpoint.safetensors", "final.safetensors"] {
      run = try started()
      _ = run.wait(until: changed(file))
      run.send(SIGKILL)
      _ = try run.outcome()
    }

    let last = try RPPProcess.run(command("killed"), in: folder.path)
    #expect(last.status == 0, "\(last.errors)")
    #expect(try undisturbed.outcome().status == 0)
    for file in ["final.safetensors", "metrics.jsonl"] {
      #expect(try folder.bytes("killed/\(file)") == folder.bytes("undisturbed/\(file)"), "\(file)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/killed")
    #expect(!left.contains("checkpoint.safetensors"))
  }

  /// A run that takes longer than a test waits for.
  private let endlessRun = [
    "train", "--task", "folder:pets", "--structure", "coop:contextLength=2", "--epochs", "100000", "--batch-size", "2",
    "--validate-every", "0", "--out", "endless",
  ]

  private func linesOfMetrics() -> Int {
    ((try? folder.text("endless/metrics.jsonl")) ?? "").split(separator: "\n").count
  }

  private static let hasAVX2 =
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx2") ?? false

  @Test(.enabled(if: hasAVX2, "OpenBLAS has Haswell kernels for processors with AVX2"))
  func aRunThatGoesOnWithOtherKernelsSaysAndRecordsIt() throws {
    var line: String?
    for (number, kernels) in ["Haswell", "Nehalem", "Nehalem"].enumerated() {
      let before = linesOfMetrics()
      let run = try RPPProcess(endlessRun, environment: ["OPENBLAS_CORETYPE": kernels], in: folder.path)
      // More than the first step, so that a checkpoint of the second process is one of its own.
      #expect(run.wait(until: { linesOfMetrics() > before + 2 }))
      run.send(SIGTERM)
      let outcome = try run.outcome()
      #expect(outcome.status == 130)
      let notes = outcome.errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("goes on with") }
      let periods = try #require(try object(try folder.text("endless/run.json"))["arithmetic"] as? [[String: Any]])
      let names = periods.map { ($0["arithmetic"] as? [String: String])?["kernels"] }
      let steps = periods.compactMap { $0["firstStep"] as? Int }
      if number == 0 {
        #expect(notes == [] && names == ["Haswell"] && steps == [0])
      } else {
        #expect(names == ["Haswell", "Nehalem"] && steps.first == 0)
        line = line ?? "goes on with Nehalem kernels, ran with Haswell until step \(steps[1])"
        // Said once; the third process goes on with what the second one had.
        #expect(notes == (number == 1 ? ["\(line!): results agree but for rounding"] : []))
      }
    }
  }

  @Test func progressIsSaidOfLongWorkOnly() throws {
    #expect(try !rpp(shortRun + ["--out", "short"]).errors.contains("learning "))
    let run = try RPPProcess(endlessRun, in: folder.path)
    let start = Date()
    #expect(run.wait(until: { run.errors.contains("learning ") }))
    #expect(Date().timeIntervalSince(start) > 5)
    run.send(SIGTERM)
    #expect(try run.outcome().errors.components(separatedBy: "learning ").count == 2)
  }

  /// As `nohup` starts it.
  @Test func aSignalThatWasIgnoredStaysIgnored() throws {
    let run = try RPPProcess(endlessRun, shell: "trap '' HUP; exec \"$@\"", in: folder.path)
    #expect(run.wait(until: { linesOfMetrics() > 0 }))
    run.send(SIGHUP)
    let before = linesOfMetrics()
    #expect(run.wait(until: { linesOfMetrics() > before + 20 }), "it goes on")
    run.send(SIGTERM)
    #expect(try run.outcome().status == 130, "others are not ignored")
  }

  @Test func twoProcessesDoNotShareAFolder() throws {
    let command = shortRun.dropLast() + ["100000", "--validate-every", "0", "--out", "run"]
    let first = try RPPProcess(Array(command), in: folder.path)
    #expect(first.wait(until: { folder.exists("run/metrics.jsonl") }))
    let second = try rpp(Array(command))
    first.send(SIGKILL)
    _ = try first.outcome()
    #expect(second.status == 1)
    #expect(second.messages == ["another rpp is running in run; wait for it or choose another --out"])
  }

  @Test func aFolderWithFilesOfAnotherRunIsRefused() throws {
    #expect(try rpp(shortRun + ["--out", "whole"]).status == 0)
    try FileManager.default.createDirectory(atPath: "\(folder.path)/foreign", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/whole/result.json", toPath: "\(folder.path)/foreign/result.json")
    let foreign = try rpp(shortRun + ["--out", "foreign"])
    #expect(foreign.status == 2)
    #expect(foreign.messages.count == 1 && foreign.messages[0].contains("result.json"))
    #expect(!folder.exists("foreign/run.json"))

    // A result without its prompts is none.
    try FileManager.default.removeItem(atPath: "\(folder.path)/whole/final.safetensors")
    let lost = try rpp(shortRun + ["--out", "whole"])
    #expect(lost.status == 1)
    #expect(lost.messages.count == 1 && lost.messages[0].contains("final.safetensors"))
  }

  @Test func emptySettingsAreMissing() throws {
    let empty = try rpp(["train", "--task", "", "--structure", "", "--out", "nowhere"])
    #expect(empty.status == 2)
    #expect(empty.errors.components(separatedBy: "is missing").count == 3)
  }
}
