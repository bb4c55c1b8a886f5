import Basics
import Datasets
import EmbeddedWorld
import Foundation
import Testing

@Suite struct TaskRegistryTests {
  @Test func everyListedTaskIsFound() throws {
    let listing = TaskRegistry.standard.listing
    #expect(listing.count == WorldTask.all.count)
    for entry in listing {
      let task = try TaskRegistry.standard.task(named: entry.name)
      #expect(TaskListing(task) == entry)
      #expect(task.isOfEmbeddedWorld && task.defaultShots == .perClass(16))
    }
  }

  @Test func foldersAndListsAreFoundByTheirPaths() throws {
    let folder = try ImageFolder(["cat": 2, "dog": 2])
    try folder.write(
      "path,label,split\ncat/0.png,cat,train\ndog/0.png,dog,train\ncat/1.png,cat,test\n", to: "list.csv")
    for (name, notes) in [("folder:\(folder.path)", 2), ("list:\(folder.path)/list.csv", 1)] {
      let task = try TaskRegistry.standard.task(named: name)
      #expect(task.name == name)
      #expect(task.classNames == ["cat", "dog"])
      #expect(!task.isOfEmbeddedWorld && task.defaultShots == .all)
      #expect(task.notes.count == notes)
    }
  }

  private func mistake(_ name: String) -> String {
    let failure = #expect(throws: Failure.self) { try TaskRegistry.standard.task(named: name) }
    #expect(failure?.kind == .usage)
    return failure?.description ?? ""
  }

  private static let forms = "are world:NAME, folder:PATH, list:FILE.csv, dassl:NAME"

  @Test(arguments: [
    ("shapes", ["did you mean world:shapes?", forms]), ("countin", ["did you mean world:counting?", forms]),
    ("wrold:shapes@sketch", ["did you mean world:shapes@sketch?", forms]),
    ("world:shapes@sketchy", ["world:shapes@sketch"]), ("", [forms]),
    ("world:", ["NAME is missing", "world:NAME"]), ("folder:", ["PATH is missing"]),
    ("list:", ["FILE.csv is missing, as in list:FILE.csv"]),
  ])
  func mistakesNameWhatThereIs(name: String, words: [String]) {
    let text = mistake(name)
    for word in words { #expect(text.contains(word), "\(text)") }
  }

  @Test func aPathWithoutItsPrefixIsRecognised() throws {
    let folder = try ImageFolder(["cat": 2, "dog": 2])
    try folder.write("", to: "list.csv")
    #expect(mistake(folder.path).contains("did you mean folder:\(folder.path)?"))
    #expect(mistake("\(folder.path)/list.csv").contains("did you mean list:\(folder.path)/list.csv?"))
  }

  @Test(arguments: [
    ("world:shapes", ["world:shapes"]), ("world:shapes, list:a.csv", ["world:shapes", "list:a.csv"]),
    ("list:pets, all.csv,world:shapes", ["list:pets, all.csv", "world:shapes"]),
    ("shapes,world:shapes,", ["shapes", "world:shapes,"]), ("", [""]),
  ])
  func aListEndsANameWhereAnotherBegins(_ list: String, _ names: [String]) {
    #expect(TaskRegistry.standard.names(inList: list) == names)
  }

  @Test func aNameIsResolvedByItsSource() {
    let here = FileManager.default.currentDirectoryPath
    let registry = TaskRegistry.standard
    #expect(registry.resolved("folder:pets/") == "folder:\(here)/pets")
    let above = URL(fileURLWithPath: here).deletingLastPathComponent().path
    #expect(registry.resolved("list:../pets.csv") == "list:\(above)/pets.csv")
    #expect(registry.resolved("list:~/pets.csv") == "list:\(NSHomeDirectory())/pets.csv")
    #expect(registry.resolved("world:shapes") == "world:shapes")
    #expect(registry.resolved("hub:a/b") == "hub:a/b")
  }

  @Test(arguments: [
    ("world:shapes@sketch", "world:shapes@sketch"), ("folder:/data/a/pets", "folder:pets"),
    ("list:/data/a/pets.csv", "list:pets.csv"), ("mine:/data/a", "mine:a"), ("/models/a:b/clip", "clip"),
    ("folder:pets", "folder:pets"), ("embedded:student", "embedded:student"),
  ]) func aPortableNameHasNoFolders(name: String, portable: String) {
    #expect(TaskRegistry.portable(name) == portable)
  }

  private struct Squares: TaskSource {
    static let prefix = "world"
    static let argument = "SIDE"
    static let summary = "squares"
    func task(_ side: String) throws -> any ClassificationTask {
      let images = ImageSet(labels: [0, 1], name: { "square \($0)" }) { ImageFolder.image($0) }
      return StoredTask(name: "world:\(side)", classNames: ["a", "b"], training: images, test: images)
    }
  }

  @Test func aSourceOfTheSamePrefixTakesItsPlace() throws {
    let registry = TaskRegistry.standard.adding([Squares.self])
    #expect(registry.sources.map { $0.prefix } == ["folder", "list", "dassl", "features", "world"])
    #expect(try registry.task(named: "world:4").classNames == ["a", "b"])
    #expect(registry.listing.isEmpty)
  }
}
