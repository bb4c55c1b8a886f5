import Basics
import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct StoredTaskListTests {
  private func task(_ csv: String, in folder: ImageFolder) throws -> StoredTask {
    try folder.write(csv, to: "list.csv")
    return try StoredTask(list: "\(folder.path)/list.csv")
  }

  @Test func columnsInAnyOrderAndClassesInOrderOfAppearance() throws {
    let folder = try ImageFolder(["a": 3, "b": 2])
    let task = try task(
      "split,source,path,label\r\ntrain,web,b/0.png,\"dog, wet\"\r\ntest,\"a \"\"b\"\"\",a/2.png,king_snake\r\n\r\n"
        + "train,,\(folder.path)/a/0.png,king_snake\r\nval,,a/1.png, king_snake \r\ntest,\"two\nlines\",b/1.png,\"dog, wet\"",
      in: folder)
    #expect(task.name == "list:\(folder.path)/list.csv")
    #expect(task.classNames == ["dog, wet", "king snake"])
    #expect(task.template == "a photo of a {}." && task.domainTemplate == nil && task.notes.isEmpty)
    let training = try task.trainingSet(.all, seed: 1)
    #expect(training.names.map(folder.relative) == ["b/0.png", "a/0.png"] && training.labels == [0, 1])
    #expect(task.testSet().names.map(folder.relative) == ["a/2.png", "b/1.png"] && task.testSet().labels == [1, 0])
    #expect(try #require(task.validationSet(seed: 1)).names.map(folder.relative) == ["a/1.png"])
    #expect(try task.testSet().image(at: 0) == ImageFolder.image(2))
  }

  @Test func withoutValidationThereIsNone() throws {
    let task = try task("path,label,split\na,cat,train\nb,dog,train\nc,dog,test\n", in: ImageFolder([:]))
    #expect(task.validationSet(seed: 1) == nil)
    #expect(task.notes == ["without images to be tested on: 1 of 2 classes (cat)"])
  }

  /// A file is looked for when its image is asked for.
  @Test func aMissingImageIsNamedWhenItIsRead() throws {
    let folder = try ImageFolder(["cat": 1])
    let task = try task("path,label,split\ncat/0.png,cat,train\nno.png,dog,train\nc,dog,test", in: folder)
    let set = try task.trainingSet(.all, seed: 1)
    #expect(try set.image(at: 0) == ImageFolder.image(0))
    let failure = #expect(throws: Failure.self) { try set.image(at: 1) }
    #expect(failure?.description.contains("\(folder.path)/no.png") == true, "\(failure?.description ?? "")")
  }

  @Test func whereTheFileIsDecidesNothing() throws {
    let lines = (0..<40).map { "i\($0).png,\($0 % 2 == 0 ? "cat" : "dog"),train\n" }.joined()
    let csv = "path,label,split\n\(lines)t.png,cat,test\n"
    let (here, there) = (try ImageFolder([:], named: "here"), try ImageFolder([:], named: "there"))
    let (one, other) = (try task(csv, in: here), try task(csv, in: there))
    for shots in [Shots.perClass(3), .inAll(7)] {
      let names = try one.trainingSet(shots, seed: 5).names.map(here.relative)
      #expect(try other.trainingSet(shots, seed: 5).names.map(there.relative) == names)
      #expect(try other.trainingSet(shots, seed: 6).names.map(there.relative) != names)
    }
  }

  @Test(arguments: [
    ("", "list.csv is empty: a header path,label,split and a line for each image are expected"),
    (
      "a.png,cat,train\n",
      "line 1: the header has no column path; it names path, label and split, and this one has \"a.png\", \"cat\", \"train\""
    ),
    ("path,label\na,cat", "line 1: the header has no column split"),
    ("path,label,split,label\n", "line 1: the header has the column label twice"),
    ("path,label,split\na,cat,train\nb,cat\n", "line 3: there are 2 fields, and the header has 3"),
    (
      "path,label,split\na,cat,train\nb,cat,Train\n",
      "line 3: there is no split \"Train\"; did you mean train? (known: train, val, test)"
    ),
    ("path,label,split\na,cat,train\nb,,test\n", "line 3: the label is empty"),
    ("path,label,split\na,cat,train\n,cat,test\n", "line 3: the path is empty"),
    ("path,label,split\na,_,train\n", "line 2: the label \"_\" has no class name in it"),
    (
      "path,label,split\na,Crane,train\nb,crane,train\n",
      "line 3: the labels \"Crane\" and \"crane\" give the same class name, crane"
    ),
    ("path,label,split\na,cat,train\n\"b\",dog,train\na,cat,test\n", "line 4: a is listed twice, first in line 2"),
    ("path,label,split\na,cat,train\n\"b\nc,dog,train\n", "line 3: a quote opens and never closes"),
    ("path,label,split\na,cat,test\nb,dog,test\n", "list.csv lists no images of the split train"),
    ("path,label,split\na,cat,train\nb,dog,train\n", "list.csv lists no images of the split test"),
    (
      "path,label,split\na,cat,train\nb,cat,test\n",
      "list.csv has images of cat only, and a task needs two classes or more"
    ),
    ("path,label,split\na,cat,train\nb,dog,test\n", "line 3: the class dog has no images of the split train"),
  ])
  func mistakesAreNamedWithTheirLine(csv: String, words: String) throws {
    let folder = try ImageFolder([:])
    let failure = #expect(throws: Failure.self) { try task(csv, in: folder) }
    let text = try #require(failure).description
    #expect(failure?.kind == .failure)
    #expect(text.hasPrefix("\(folder.path)/list.csv") && text.contains(words) && !text.contains("\n"), "\(text)")
  }

  @Test func otherSeparatorsAreNoticed() throws {
    let folder = try ImageFolder([:])
    let failure = #expect(throws: Failure.self) { try task("path;label;split\na.png;cat;train\n", in: folder) }
    #expect(failure?.description.hasSuffix("; columns are separated by commas") == true)
  }

  /// The same seed makes the same changes.
  @Test func changedListsAreReadOrRefusedInOneLine() throws {
    let folder = try ImageFolder([:])
    let correct =
      "path,label,split\na.png,cat,train\nb.png,\"dog, wet\",train\nc.png,cat,val\nd.png,\"dog, wet\",test\n"
    var mutations = Mutations(of: Array(correct.utf8), named: "list.csv")
    var refused = 0
    let count = Mutations.count(1500)
    for round in 0..<count {
      try Data(mutations.next()).write(to: URL(fileURLWithPath: "\(folder.path)/list.csv"))
      do {
        let task = try StoredTask(list: "\(folder.path)/list.csv")
        #expect(try task.trainingSet(.all, seed: 1).labels.allSatisfy(task.classNames.indices.contains), "\(round)")
      } catch let failure as Failure {
        refused += 1
        #expect(failure.kind == .failure && !failure.description.contains { $0.isNewline }, "\(round): \(failure)")
        #expect(failure.description.hasPrefix("\(folder.path)/list.csv"), "\(round): \(failure)")
      }
    }
    #expect(refused > count / 15 && refused < count, "\(refused)")
  }

  @Test func aMillionLinesAreReadInSeconds() throws {
    let folder = try ImageFolder([:])
    var csv = "path,label,split\n"
    for index in 0..<1_000_000 {
      csv +=
        "images/part-\(index / 1000)/image-\(index).jpg,class number \(index % 1000),\(index % 11 == 0 ? "test" : "train")\n"
    }
    try folder.write(csv, to: "list.csv")
    let start = ContinuousClock.now
    let task = try StoredTask(list: "\(folder.path)/list.csv")
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    #expect(task.classNames.count == 1000 && task.testSet().count == 90_910)
    #expect(try task.trainingSet(.inAll(96), seed: 1).count == 96)
    // Six times what a busy machine of two cores takes.
    #expect(seconds < 30)
  }
}
