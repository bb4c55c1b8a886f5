import Basics
import Foundation
import Images
import SafeTensors
import TestSupport
import Testing

/// The frozen features of images and texts as a file.
@Suite("Command line: features", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct FeaturesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, gray) in [("b/x.png", UInt8(40)), ("a.png", 200), ("b/c.png", 120)] {
      try folder.write(try RGBImage(width: 40, height: 50, gray: gray).pngData(), to: name)
    }
    try folder.write("a red circle\r\na photo of a square.", to: "texts.txt")
  }

  private func run(_ arguments: [String]) throws -> RPPProcess.Outcome {
    try RPPProcess.run(["features"] + arguments, in: folder.path)
  }

  @Test func imagesInTheOrderOfTheirPathsAndLines() throws {
    let outcome = try run(["--images", "b", "a.png", "--texts", "texts.txt", "--out", "new/f.safetensors"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = try SafeTensorsFile(path: "\(folder.path)/new/f.safetensors")
    func list(_ key: String) throws -> [String] {
      try JSONText.decode([String].self, Data(try #require(file.metadata[key]).utf8), origin: key)
    }
    #expect(try list("paths") == ["a.png", "b/c.png", "b/x.png"])
    #expect(try list("texts") == ["a red circle", "a photo of a square."])
    for (name, count) in [("image_features", 3), ("text_features", 2)] {
      #expect(try file.info(name).shape == [count, 64] && file.info(name).dtype == .float32)
      let rows = try file.floats(name)
      for row in 0..<count {
        let norm = rows[row * 64..<(row + 1) * 64].reduce(0) { $0 + $1 * $1 }
        #expect(abs(norm - 1) < 1e-5, "\(name) \(row)")
      }
    }
  }

  /// Features of a task, which is then learned from without its images.
  @Test func ofATask() throws {
    let first = try run(["--task", "world:shapes@blurry", "--shots", "2", "--out", "stored"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("features of 984 images by embedded:student, 984 of them computed now"))
    let again = try run(["--task", "world:shapes@blurry", "--shots", "2", "--out", "stored"])
    #expect(again.output.contains(", 0 of them computed now"))
    let other = try run(["--task", "world:shapes@blurry", "--shots", "3", "--out", "stored"])
    #expect(other.status == 2)
    #expect(other.errors.contains("24 of train, now 36"), "\(other.errors)")
    for (structure, status) in [("coop:contextLength=2", 0), ("vpt", 2)] as [(String, Int32)] {
      let run = try RPPProcess.run(
        [
          "train", "--task", "features:stored", "--structure", structure, "--epochs", "1", "--out", "run-\(status)",
        ], in: folder.path)
      #expect(run.status == status, "\(run.errors)")
      if status == 2 { #expect(run.errors.contains("has features and no images"), "\(run.errors)") }
    }
    // A comparison needs the images no more than a run does.
    let study = [
      "compare", "--tasks", "features:stored", "--protocol", "few-shot", "--shots", "1", "--seeds", "1", "--epochs",
      "1",
    ]
    let compared = try RPPProcess.run(
      study + ["--structures", "coop:contextLength=2", "--out", "study"], in: folder.path)
    #expect(compared.status == 0, "\(compared.errors)")
    let visual = try RPPProcess.run(study + ["--structures", "vpt", "--out", "visual"], in: folder.path)
    #expect(visual.status == 2)
    #expect(!folder.exists("visual"))
    let teacher = try RPPProcess.run(
      [
        "train", "--task", "features:stored", "--structure", "coop:contextLength=2", "--epochs", "1", "--out", "taught",
        "--supervision", "hard-label+soft-label-kd:weight=1,teacher=embedded:teacher",
      ], in: folder.path)
    #expect(teacher.status == 1)
    #expect(teacher.errors.contains("features:stored has no features of embedded:teacher"), "\(teacher.errors)")
  }

  @Test func mistakesAreOneLineEach() throws {
    try folder.write("one\n\ntwo\n", to: "gap.txt")
    for (arguments, status, part) in [
      (["--out", "f.safetensors"], 2, "--task is missing, or --images and --texts"),
      (["--images", "b"], 2, "--out is missing"),
      (["--images", "b", "--out", "b/x.png"], 2, "--out is \"b/x.png\", a file that is read"),
      (["--texts", "texts.txt", "--out", "texts.txt"], 2, "a file that is read"),
      (["--texts", "texts.txt", "--out", "a.png"], 2, "a file that is there and no .safetensors"),
      (["--task", "world:shapes", "--images", "b", "--out", "f"], 2, "give only one of the two"),
      (["--task", "world:shapes", "--out", "f", "--dtype", "f8"], 2, "--dtype is f16 or f32, not \"f8\""),
      (["--task", "world:shapes", "--out", "b"], 2, "b is not empty and holds no features"),
      (["--images", "none", "--out", "f"], 1, "there is no file or directory none"),
      (["--texts", "gap.txt", "--out", "f"], 1, "gap.txt, line 2: there is no text in it"),
      (["--images", "texts.txt", "--out", "f"], 1, "texts.txt"),
    ] as [([String], Int32, String)] {
      let outcome = try run(arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(part), "\(arguments): \(outcome.errors)")
      #expect(!folder.exists("f"), "\(arguments)")
    }
  }
}
