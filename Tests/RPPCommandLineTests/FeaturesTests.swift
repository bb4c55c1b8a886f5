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

  @Test func mistakesAreOneLineEach() throws {
    try folder.write("one\n\ntwo\n", to: "gap.txt")
    for (arguments, status, part) in [
      (["--out", "f.safetensors"], 2, "--images and --texts are missing"),
      (["--images", "b"], 2, "--out is missing"),
      (["--images", "b", "--out", "b/x.png"], 2, "--out is \"b/x.png\", a file that is read"),
      (["--texts", "texts.txt", "--out", "texts.txt"], 2, "a file that is read"),
      (["--texts", "texts.txt", "--out", "a.png"], 2, "a file that is there and no .safetensors"),
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
