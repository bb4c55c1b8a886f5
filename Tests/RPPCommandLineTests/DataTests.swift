import Foundation
import TestSupport
import Testing

@Suite("Command line: data", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct DataTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.addImages()
    let lines = ["bird", "cat", "dog"].flatMap { name in
      (0..<4).map { "pets/\(name)/\($0).png,\(name),\($0 == 3 ? "test" : "train")\n" }
    }
    try folder.write("path,label,split\n" + lines.joined(), to: "pets, all.csv")
  }

  private func rpp(_ arguments: [String]) throws -> RPPProcess.Outcome {
    try RPPProcess.run(arguments, in: folder.path)
  }

  private func train(_ arguments: [String]) throws -> RPPProcess.Outcome {
    try rpp(["train", "--structure", "coop:contextLength=2", "--epochs", "2", "--out", "run"] + arguments)
  }

  private func configuration() throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: try folder.bytes("run/run.json")) as? [String: Any]
    return try #require(object?["configuration"] as? [String: Any])
  }

  @Test func aListIsLearnedFromAndEveryTestImageIsTold() throws {
    let trained = try train(["--task", "list:pets, all.csv", "--images", "5"])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("all classes (3), 5 images, seed 1"))
    #expect(trained.errors.contains("embedded:student knows only the words of the embedded world"))
    #expect(try configuration()["task"] as? String == "list:\(folder.path)/pets, all.csv")
    #expect(try configuration()["images"] as? Int == 5)
    #expect(try configuration()["shots"] == nil)

    let arguments = ["evaluate", "--run", "run", "--per-image", "images.csv"]
    let evaluated = try rpp(arguments)
    #expect(evaluated.status == 0 && evaluated.output.contains("of 3 test images"), "\(evaluated.errors)")
    let lines = try folder.text("images.csv").split(separator: "\n").map(String.init)
    #expect(lines[0] == "index,image,label,predicted,loss,probability")
    #expect(lines.count == 4)
    for (index, (line, name)) in zip(lines.dropFirst(), ["bird", "cat", "dog"]).enumerated() {
      #expect(line.hasPrefix("\(index),\(folder.path)/pets/\(name)/3.png,\(name),"))
      let numbers = line.split(separator: ",").suffix(2).compactMap { Double($0) }
      #expect(numbers.count == 2 && abs(exp(-numbers[0]) - numbers[1]) < 1e-6)
    }
    let before = try folder.bytes("images.csv")
    #expect(try rpp(arguments).status == 0)
    #expect(try folder.bytes("images.csv") == before)
    let plain = try rpp(["evaluate", "--run", "run"])
    #expect(plain.output == evaluated.output)

    // Quotes where a name needs them.
    let world = try rpp([
      "train", "--task", "world:shapes", "--structure", "zero-shot", "--shots", "1", "--out", "world",
    ])
    #expect(world.status == 0)
    #expect(try rpp(["evaluate", "--run", "world", "--per-image", "world.csv"]).status == 0)
    #expect(try folder.text("world.csv").contains("\n0,\"world:shapes, test image 0 of circle from seed 0\",circle,"))
  }

  @Test func nothingHalfWrittenIsLeft() throws {
    #expect(try train(["--task", "folder:pets"]).status == 0)
    let nowhere = try rpp(["evaluate", "--run", "run", "--per-image", "no/images.csv"])
    #expect(nowhere.status == 1)
    #expect(nowhere.messages == ["cannot write no/images.csv: No such file or directory"])
    // An image file that was deleted.
    try folder.write("", to: "pets/cat/0.png")
    try folder.write("", to: "pets/cat/1.png")
    try folder.write("", to: "pets/cat/2.png")
    try folder.write("", to: "pets/cat/3.png")
    let broken = try rpp(["evaluate", "--run", "run", "--per-image", "images.csv", "--strict"])
    #expect(broken.status == 1 && broken.messages.count == 1 && broken.errors.contains("/pets/cat/"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix("images.csv") })
    // They are left out, and so is their class.
    let skipped = try rpp(["evaluate", "--run", "run"])
    #expect(skipped.status == 0 && skipped.output.contains("of 4 test images"), "\(skipped.output)")
    #expect(
      skipped.errors.contains("2 of 6 images cannot be read and are left out (none is left of cat): "))
  }

  @Test func shotsAreANumberOrAll() throws {
    #expect(try train(["--task", "folder:pets", "--shots", "all"]).output.contains("all images"))
    #expect(try configuration()["shots"] == nil)
    // It is the same run.
    #expect(try train(["--task", "folder:pets"]).status == 0)
    let endless = try train(["--task", "world:shapes", "--shots", "all", "--out", "endless"])
    #expect(endless.status == 2 && endless.messages.count == 1)
    #expect(endless.errors.contains("world:shapes has no end of training images"))
    #expect(!folder.exists("endless"))
    let more = try train(["--task", "folder:pets", "--images", "7", "--out", "more"])
    #expect(more.status == 1 && more.errors.contains("has 6 images for training, and 7 are wanted"))
    #expect(!folder.exists("more"))
  }

  /// Base classes are two of three: as many images of these, whatever the third has.
  @Test func imagesAreThoseOfTheLearnedClasses() throws {
    let outcome = try train(["--task", "folder:pets", "--images", "4", "--classes", "base"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    struct Result: Decodable {
      struct Evaluation: Decodable {
        struct Class: Decodable { let count: Int }
        let classes: [Class]
      }
      let training: Evaluation
    }
    let result = try JSONDecoder().decode(Result.self, from: folder.bytes("run/result.json"))
    #expect(result.training.classes.count == 2 && result.training.classes.reduce(0) { $0 + $1.count } == 4)
    #expect(outcome.output.contains("base classes (2), 4 images"))
  }

  @Test func shotsAndImagesExcludeEachOther() throws {
    let both = try train(["--task", "folder:pets", "--shots", "1", "--images", "4"])
    #expect(both.status == 2)
    #expect(both.errors.contains("--shots is a number of images of each class and --images one in all"))
    try folder.write("shots: 1\n", to: "run.yaml")
    let wins = try train(["--task", "folder:pets", "--images", "4", "--config", "run.yaml"])
    #expect(wins.status == 0 && wins.output.contains("4 images"), "\(wins.errors)")
  }

  @Test func whatIsWrongInAListIsSaidInOneLine() throws {
    try folder.write("path,label,split\na.png,cat,train\nb.png,dog,tset\n", to: "bad.csv")
    let outcome = try train(["--task", "list:bad.csv"])
    #expect(outcome.status == 1)
    #expect(
      outcome.messages == ["bad.csv, line 3: there is no split \"tset\"; did you mean test? (known: train, val, test)"])
    #expect(!folder.exists("run"))
  }

  @Test func anImageThatIsMissingIsNamedWithItsLine() throws {
    try folder.write(
      "path,label,split\npets/cat/0.png,cat,train\npets/cat/1.png,cat,test\nnone.png,dog,train\npets/dog/1.png,dog,test\n",
      to: "list.csv")
    let outcome = try train(["--task", "list:list.csv", "--strict"])
    #expect(outcome.status == 1 && outcome.messages.count == 1, "\(outcome.errors)")
    #expect(outcome.messages.first?.hasPrefix("list.csv, line 4: ") == true && outcome.errors.contains("none.png"))
    #expect(!folder.exists("run"))
    // Without --strict it is left out, and said with its line.
    let skipped = try train(["--task", "list:list.csv"])
    #expect(skipped.status == 0 && skipped.output.contains("all classes (2)"), "\(skipped.errors)")
    #expect(skipped.errors.contains("1 of 2 images cannot be read and are left out"))
    #expect(skipped.errors.contains("list.csv, line 4: "))
  }

  @Test func manyImagesAreSaidToTakeLong() throws {
    let process = try RPPProcess(
      [
        "train", "--task", "world:shapes", "--structure", "coop:contextLength=2", "--shots", "100000", "--out", "run",
      ], in: folder.path)
    // Stopped when it has said so and goes on to what takes long.
    _ = process.wait { process.errors.contains("/1200000 ") }
    process.send(SIGKILL)
    let outcome = try process.outcome()
    #expect(outcome.errors.contains("1200000 training images are encoded first: about "), "\(outcome.errors)")
  }

  @Test func sourcesAreListed() throws {
    let outcome = try rpp(["tasks"])
    for form in ["world:NAME", "folder:PATH", "list:FILE.csv"] { #expect(outcome.output.contains("\n\(form) ")) }
  }
}
