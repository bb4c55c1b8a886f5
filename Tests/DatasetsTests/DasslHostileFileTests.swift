import Basics
import Datasets
import Foundation
import TestSupport
import Testing

/// Files that are damaged, or made to do harm: one line each, and never a crash.
@Suite struct DasslHostileFileTests {
  private func failure(_ name: String, _ folder: DasslFolder) throws -> String {
    let registry = TaskRegistry(TaskRegistry.standard.sources, root: folder.path)
    let failure = #expect(throws: Failure.self) { try registry.task(named: "dassl:\(name)") }
    #expect(failure?.kind == .failure)
    return try #require(failure).description
  }

  private static let correct =
    #"{"train": [["a.jpg", 0, "x"], ["b.jpg", 1, "y"]], "val": [], "test": [["c.jpg", 1, "y"]]}"#

  @Test(arguments: [
    ("", "it ends where '{' of the split should be"), ("[]", "'[' where '{' of the split should be"),
    (#"{"train": []}"#, "val is missing; a split has train, val, test"),
    (#"{"tran": []}"#, "there is no part of a split \"tran\"; did you mean train?"),
    (#"{"train": [], "train": []}"#, "the split has the key \"train\" twice"),
    (#"{"train": [["a.jpg", 0]]}"#, "an image has 2 of path, label and class name"),
    (#"{"train": [["a.jpg", 0, "x", 1]]}"#, "an image has more than path, label and class name"),
    (#"{"train": [[]]}"#, "an image has 0 of path"), (#"{"train": [[[[["#, "'[' where the path of an image, a string"),
    (#"{"train": [["a.jpg", "0", "x"]]}"#, "where an integer in the label of an image should be"),
    (#"{"train": [["a.jpg", -1, "x"]]}"#, "holds -1, which is negative"),
    (#"{"train": [["a.jpg", 99999999999999999999, "x"]]}"#, "the largest possible number is"),
    (#"{"train": [["a.jpg", 0.5, "x"]]}"#, "an integer after 0"),
    (#"{"train": [["", 0, "x"]]}"#, "the path of an image is empty"),
    (#"{"train": [["/etc/passwd", 0, "x"]]}"#, "\"/etc/passwd\" leaves the folder of the images"),
    (#"{"train": [["a/../../b.jpg", 0, "x"]]}"#, "leaves the folder of the images"),
    (#"{"train": [["a\u0000.jpg", 0, "x"]]}"#, "a path with a zero byte"),
    (#"{"train": [["a.jpg", 0, "_"]]}"#, "the class name \"_\" has no letters in it"),
    (#"{"train": [["a.jpg", 0, "x"], ["b.jpg", 0, "y"]]}"#, "the label 0 has the class name \"y\", and \"x\" before"),
    (correct.replacing("1, \"y\"", with: "7, \"y\""), "there is no label 1, but there are 2 labels up to 7"),
    (correct.replacing("1, \"y\"", with: "9223372036854775807, \"y\""), "2 labels up to 9223372036854775807"),
    (correct.replacing("1, \"y\"", with: "0, \"x\""), "has the class x only"),
    (
      correct.replacing(#"["b.jpg", 1, "y"]"#, with: #"["b.jpg", 0, "x"]"#),
      "the class y (label 1) has no images for training"
    ),
    (correct.replacing(#"["c.jpg", 1, "y"]"#, with: ""), "has no images to be tested on"),
    (correct + "x", "'x' where nothing but spaces"),
  ])
  func aSplitIsRead(text: String, words: String) throws {
    let folder = try DasslFolder(["eurosat"])
    try folder.write(text, to: "eurosat/split_zhou_EuroSAT.json")
    let message = try failure("eurosat", folder)
    #expect(
      message.hasPrefix("\(folder.path)/eurosat/split_zhou_EuroSAT.json") && message.contains(words), "\(message)")
    #expect(!message.contains { $0.isNewline })
  }

  @Test func theCorrectSplitIsRead() throws {
    let folder = try DasslFolder(["eurosat"])
    try folder.write(Self.correct, to: "eurosat/split_zhou_EuroSAT.json")
    let registry = TaskRegistry(TaskRegistry.standard.sources, root: folder.path)
    #expect(try registry.task(named: "dassl:eurosat").classNames == ["x", "y"])
  }

  @Test(arguments: [
    ("fgvc_aircraft", "variants.txt", "A\n\nB\r\nA\n", "variants.txt, line 4: the variant \"A\" is listed twice"),
    ("fgvc_aircraft", "variants.txt", "", "fgvc_aircraft/images_variant_train.txt, line 1: "),
    (
      "fgvc_aircraft", "images_variant_val.txt", "001 707-320\n002 707-32\n",
      "images_variant_val.txt, line 2: variants.txt has no variant \"707-32\"; did you mean 707-320?"
    ),
    ("fgvc_aircraft", "images_variant_val.txt", "../x 707-320\n", "line 1: \"../x\" is no name of an image"),
    (
      "imagenet", "classnames.txt", "n01440764\n",
      "classnames.txt, line 1: \"n01440764\" has no class name behind the folder's"
    ),
    ("imagenet", "classnames.txt", "n1 a\nn1 b\n", "line 2: the folder \"n1\" has a name already"),
    ("imagenet", "classnames.txt", "n01440764 tench\n", "classnames.txt has no class name for this folder"),
    ("imagenetv2", "classnames.txt", "n1 a\n", "has the class folder 0 only"),
    ("imagenet21k", "imagenet21k_miil_tree.pth", "PK\u{3}\u{4}", "a zip archive without its directory"),
    ("imagenet21k", "imagenet21k_miil_tree.pth", "}.", "no PyTorch file"),
  ])
  func otherListsAreRead(name: String, file: String, text: String, words: String) throws {
    let folder = try DasslFolder([name])
    let path = ["imagenet21k": "imagenet21k_resized"][name] ?? name
    try folder.write(text, to: "\(path)/\(file)")
    let message = try failure(name, folder)
    #expect(message.contains(words), "\(message)")
    #expect(!message.contains { $0.isNewline })
  }

  @Test func classFoldersMustBeTheSame() throws {
    let folder = try DasslFolder(["imagenet"])
    try folder.remove("imagenet/images/val/n01443537")
    #expect(
      try failure("imagenet", folder).hasSuffix("/val differ: only \(folder.path)/imagenet/images/train has n01443537"))
    let empty = try DasslFolder(["imagenet_a"])
    for number in 0..<DasslFolder.test {
      try empty.remove("imagenet-adversarial/imagenet-a/n01443537/image_\(number).JPEG")
    }
    #expect(try failure("imagenet_a", empty).contains("imagenet-a/n01443537 has no images"))
  }

  /// What a few bytes put in, taken out or changed make of a correct file is read, or refused in one line. The same seed makes the
  /// same changes.
  @Test(arguments: [
    ("eurosat", "eurosat/split_zhou_EuroSAT.json"), ("fgvc_aircraft", "fgvc_aircraft/images_variant_train.txt"),
    ("fgvc_aircraft", "fgvc_aircraft/variants.txt"), ("imagenet", "imagenet/classnames.txt"),
    ("imagenet21k", "imagenet21k_resized/imagenet21k_miil_tree.pth"),
  ])
  func changedFilesAreReadOrRefused(name: String, path: String) throws {
    let folder = try DasslFolder([name])
    let registry = TaskRegistry(TaskRegistry.standard.sources, root: folder.path)
    let url = URL(fileURLWithPath: "\(folder.path)/\(path)")
    var mutations = Mutations(of: [UInt8](try Data(contentsOf: url)), named: path)
    var refused = 0
    let count = Mutations.count(1500)
    for round in 0..<count {
      try Data(mutations.next()).write(to: url)
      do {
        let task = try registry.task(named: "dassl:\(name)")
        #expect(
          try task.trainingSet(.perClass(2), seed: 1).labels.allSatisfy(task.classNames.indices.contains), "\(round)")
      } catch let failure as Failure {
        refused += 1
        #expect(failure.kind == .failure && !failure.description.contains { $0.isNewline }, "\(round): \(failure)")
        #expect(failure.description.hasPrefix(folder.path), "\(round): \(failure)")
      }
    }
    #expect(refused > count / 20 && refused < count, "\(refused)")
  }

  @Test func aMillionImagesAreReadInSeconds() throws {
    let folder = try DasslFolder(["sun397"])
    var text = "{\"train\": ["
    for index in 0..<1_000_000 {
      text += "[\"a/part-\(index / 1000)/sun_\(index).jpg\", \(index % 397), \"class number \(index % 397)\"], "
    }
    text += "[\"b.jpg\", 0, \"class number 0\"]], \"val\": [], \"test\": [[\"a.jpg\", 0, \"class number 0\"]]}"
    try folder.write(text, to: "sun397/split_zhou_SUN397.json")
    let start = ContinuousClock.now
    let registry = TaskRegistry(TaskRegistry.standard.sources, root: folder.path)
    let task = try registry.task(named: "dassl:sun397")
    let drawn = try task.trainingSet(.perClass(16), seed: 1)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    #expect(task.classNames.count == 397 && drawn.count == 16 * 397)
    // Several times what a busy machine of two cores takes.
    #expect(seconds < 20)
  }
}
