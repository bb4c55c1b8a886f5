import Basics
import Datasets
import EmbeddedWorld
import Testing

@Suite struct TasksTests {
  @Test func everyListedTaskIsFound() throws {
    #expect(Tasks.listing.count == WorldTask.all.count)
    for entry in Tasks.listing {
      let task = try Tasks.named(entry.name)
      #expect(task.name == entry.name)
      #expect(task.classNames.count == entry.classCount)
      #expect(Array(task.classNames.prefix(3)) == entry.firstClassNames)
    }
  }

  @Test func aFolderIsFoundByItsPath() throws {
    let folder = try PictureFolder(["cat": 2, "dog": 2])
    let task = try Tasks.named("folder:\(folder.path)")
    #expect(task.name == "folder:\(folder.path)")
    #expect(task.classNames == ["cat", "dog"])
    #expect(task.notes.count == 1)
  }

  @Test(arguments: [
    ("shapes", ["world:", "folder:", "did you mean world:shapes?"]),
    ("countin", ["world:", "folder:", "did you mean world:counting?"]),
    ("world:shapes@sketchy", ["world:shapes@sketch"]),
    ("world:", ["world:"]), ("", ["world:", "folder:"]), ("folder:", ["path"]),
  ])
  func mistakesNameBothForms(name: String, words: [String]) throws {
    let failure = #expect(throws: Failure.self) { try Tasks.named(name) }
    #expect(failure?.kind == .usage)
    for word in words { #expect(failure?.description.contains(word) == true, "\(failure?.description ?? "")") }
  }

  @Test func aDirectoryWithoutItsPrefixIsRecognised() throws {
    let folder = try PictureFolder(["cat": 2, "dog": 2])
    let failure = #expect(throws: Failure.self) { try Tasks.named(folder.path) }
    #expect(failure?.description.contains("did you mean folder:\(folder.path)?") == true)
  }
}
