import Foundation
import TestSupport
import Testing

@Suite("Command line: published data sets", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct PublishedDataTests {
  private let folder: TemporaryFolder
  private let data: DasslFolder

  init() throws {
    folder = try TemporaryFolder()
    data = try DasslFolder(["caltech101", "imagenet_a"])
  }

  private func rpp(_ arguments: [String], environment: [String: String] = [:]) throws -> RPPProcess.Outcome {
    try RPPProcess.run(arguments, environment: ["RPP_DATA": ""].merging(environment) { $1 }, in: folder.path)
  }

  private func object(_ outcome: RPPProcess.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// As `DasslShotsTests` has them of CPython.
  @Test func shotsAreListedInTheOrderDrawn() throws {
    let arguments = ["tasks", "shots", "dassl:caltech101", "--shots", "2", "--seed", "1"]
    let lines = [
      "Leopards/image_0001.jpg", "Leopards/image_0004.jpg", "accordion/image_0000.jpg", "accordion/image_0002.jpg",
      "Faces/image_0000.jpg", "Faces/image_0003.jpg",
    ]
    let outcome = try rpp(arguments + ["--root", data.path])
    #expect(outcome.status == 0 && outcome.output == lines.map { "\($0)\n" }.joined(), "\(outcome.errors)")
    #expect(try rpp(arguments, environment: ["RPP_DATA": data.path]).output == outcome.output)
    let base = try rpp(arguments + ["--root", data.path, "--classes", "base"])
    #expect(base.output == lines.filter { !$0.hasPrefix("acc") }.map { "\($0)\n" }.joined())
    let validation = try rpp(arguments + ["--root", data.path, "--validation"])
    #expect(validation.output.hasPrefix("Leopards/image_0009.jpg\nLeopards/image_00010.jpg\n"))
    let images = try #require(
      try object(rpp(arguments + ["--root", data.path, "--json"]))["images"] as? [[String: Any]])
    #expect(images.compactMap { $0["path"] as? String } == lines)
    #expect(images.first?["className"] as? String == "leopard" && images.first?["label"] as? Int == 1)
    try folder.write("root: \(data.path)\nshots: 2\n", to: "data.yaml")
    #expect(try rpp(["tasks", "shots", "dassl:caltech101", "--config", "data.yaml"]).output == outcome.output)
  }

  @Test func shotsOfOtherTasksAreListed() throws {
    try folder.addImages()
    let outcome = try rpp(["tasks", "shots", "folder:pets", "--shots", "1"])
    #expect(outcome.status == 0 && outcome.output.split(separator: "\n").count == 3, "\(outcome.errors)")
  }

  @Test func aCheckSaysWhatIsThere() throws {
    let whole = try rpp(["tasks", "check", "dassl:caltech101", "--root", data.path])
    #expect(whole.status == 0, "\(whole.errors)")
    for words in ["101_ObjectCategories/", "split_zhou_Caltech101.json", "4128", "not as many classes"] {
      #expect(whole.output.contains(words), "\(whole.output)")
    }
    try data.remove("caltech-101/101_ObjectCategories/Faces/image_0003.jpg")
    let image = try rpp(["tasks", "check", "dassl:caltech101", "--root", data.path])
    #expect(image.status == 1 && image.output.contains("Faces/image_0003.jpg"))
    #expect(image.messages.first?.contains("1 images that are listed are not there") == true, "\(image.errors)")
    try data.remove("caltech-101/split_zhou_Caltech101.json")
    let split = try rpp(["tasks", "check", "dassl:caltech101", "--root", data.path, "--json"])
    #expect(split.status == 1 && split.messages.count == 1)
    let parts = try #require(try object(split)["parts"] as? [[String: Any]])
    #expect(parts.map { $0["isThere"] as? Bool } == [true, false])
    let all = try rpp(["tasks", "check", "--root", data.path])
    #expect(all.status == 0 && all.output.contains("dassl:sun397") && all.output.contains("not there"), "\(all.errors)")
    let other = try rpp(["tasks", "check", "world:shapes"])
    #expect(other.status == 0 && other.output.contains("classes"), "\(other.errors)")
  }

  @Test func aRunRemembersWhereTheDataWere() throws {
    let arguments = [
      "train", "--task", "dassl:caltech101", "--structure", "coop:contextLength=2", "--shots", "2", "--epochs", "2",
      "--out", "run",
    ]
    let missing = try rpp(arguments)
    #expect(missing.status == 2 && missing.messages.count == 1)
    #expect(missing.errors.contains("--root or RPP_DATA names the folder that has caltech-101/ in it"))
    let trained = try rpp(arguments + ["--root", data.path])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(try rpp(["evaluate", "--run", "run"]).status == 0)
    let elsewhere = try DasslFolder(["caltech101"])
    let again = try rpp(arguments, environment: ["RPP_DATA": elsewhere.path])
    #expect(again.status == 0 && again.output == trained.output, "\(again.errors)")
    let wrong = try rpp(["evaluate", "--run", "run", "--root", "nowhere"])
    #expect(wrong.status == 1 && wrong.errors.contains("there is no folder \(folder.path)/nowhere, where the data lie"))
    let tested = try rpp([
      "train", "--task", "dassl:imagenet_a", "--structure", "coop", "--out", "other", "--root", data.path,
    ])
    #expect(tested.status == 2 && tested.errors.contains("only tested on"), "\(tested.errors)")
    #expect(!folder.exists("other"))
  }
}
