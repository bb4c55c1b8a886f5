import Basics
import Datasets
import Foundation
import TestSupport
import Testing

/// Every published layout in small.
@Suite struct DasslLayoutTests {
  private func task(_ name: String, _ folder: DasslFolder) throws -> any ClassificationTask {
    try TaskRegistry(TaskRegistry.standard.sources, root: folder.path).task(named: "dassl:\(name)")
  }

  private func paths(_ set: ImageSet, of task: any ClassificationTask) throws -> [String] {
    let prefix = try #require(task.imageFolder) + "/"
    #expect(set.names.allSatisfy { $0.hasPrefix(prefix) })
    return set.names.map { String($0.dropFirst(prefix.count)) }
  }

  @Test(arguments: DasslFolder.names) func isRead(name: String) throws {
    let folder = try DasslFolder([name])
    let task = try task(name, folder)
    #expect(task.name == "dassl:\(name)" && task.root == folder.path && !task.isOfEmbeddedWorld)
    #expect(task.template == "a photo of a {}." && task.domainTemplate?.contains("{}") == true)
    let test = try task.testSet()
    let count = task.classNames.count
    #expect(count > 1 && test.count == count * DasslFolder.test && Set(test.labels) == Set(0..<count))
    // Every image is there.
    for index in 0..<test.count { #expect(try test.image(at: index).width == 10) }
    guard !DasslFolder.tested.contains(name) else {
      let failure = #expect(throws: Failure.self) { try task.trainingSet(.all, seed: 1) }
      #expect(failure?.kind == .usage && failure?.description.contains("only tested on") == true)
      #expect(try task.validationSet(.all, seed: 1) == nil)
      return
    }
    let training = try task.trainingSet(.all, seed: 1)
    #expect(training.count == count * DasslFolder.training)
    #expect(Set(training.names).isDisjoint(with: test.names))
    for index in 0..<training.count { #expect(try training.image(at: index).width == 10) }
    let validation = try task.validationSet(.all, seed: 1)
    #expect(validation?.count == (name.hasPrefix("imagenet") ? nil : count * DasslFolder.validation))
  }

  @Test(arguments: DasslFolder.splits.keys.sorted()) func classNamesOfASplit(name: String) throws {
    let task = try task(name, DasslFolder([name]))
    let published = try #require(DasslFolder.splits[name]).classNames
    #expect(task.classNames == published.map { $0.replacing("_", with: " ") })
  }

  @Test func classNamesAndLabelsOfTheOthers() throws {
    let folder = try DasslFolder(["fgvc_aircraft", "imagenet", "imagenet21k"] + DasslFolder.tested)
    #expect(try task("fgvc_aircraft", folder).classNames == ["707-320", "A300B4", "F-16A/B"])
    let aircraft = try task("fgvc_aircraft", folder)
    #expect(
      try paths(aircraft.testSet(), of: aircraft)
        == ["00112", "00111", "00110", "00122", "00121", "00120"].map { "\($0).jpg" })
    #expect(try aircraft.testSet().labels == [2, 1, 0, 2, 1, 0])

    let names = ["tench", "goldfish", "sunglasses", "sunglasses"]
    for name in ["imagenet", "imagenetv2", "imagenet_sketch"] {
      #expect(try task(name, folder).classNames == names)
      #expect(try task(name, folder).testSet().labels == [0, 0, 1, 1, 2, 2, 3, 3])
    }
    #expect(try task("imagenet_a", folder).classNames == ["goldfish", "sunglasses"])
    #expect(try task("imagenet_r", folder).classNames == ["tench", "sunglasses"])
    let imageNet = try task("imagenet", folder)
    #expect(try paths(imageNet.trainingSet(.all, seed: 1), of: imageNet)[6] == "train/n01443537/image_0.JPEG")
    #expect(try paths(imageNet.testSet(), of: imageNet)[7] == "val/n04356056/image_1.JPEG")
    let second = try task("imagenetv2", folder)
    #expect(try paths(second.testSet(), of: second)[2] == "1/image_0.JPEG")

    let large = try task("imagenet21k", folder)
    #expect(large.classNames == ["organism", "king snake, snake", "organism"])
    #expect(try paths(large.testSet(), of: large)[0] == "imagenet21k_val/n00000001/image_0.JPEG")
  }

  /// `CUSTOM_TEMPLATES` of trainers/zsclip.py.
  @Test func templatesArePublished() throws {
    let folder = try DasslFolder([
      "dtd", "eurosat", "food101", "fgvc_aircraft", "ucf101", "oxford_pets", "oxford_flowers",
    ])
    for (name, template) in [
      ("dtd", "{} texture."), ("eurosat", "a centered satellite photo of {}."),
      ("food101", "a photo of {}, a type of food."),
      ("fgvc_aircraft", "a photo of a {}, a type of aircraft."), ("ucf101", "a photo of a person doing {}."),
      ("oxford_pets", "a photo of a {}, a type of pet."), ("oxford_flowers", "a photo of a {}, a type of flower."),
    ] { #expect(try task(name, folder).domainTemplate == template) }
  }

  @Test func whatTorchSavedBefore16IsRead() throws {
    let folder = try DasslFolder(["imagenet21k"])
    try DasslFolder.oldTree.write(
      to: URL(fileURLWithPath: "\(folder.path)/imagenet21k_resized/imagenet21k_miil_tree.pth"))
    #expect(try task("imagenet21k", folder).classNames == ["organism", "king snake, snake", "organism"])
  }

  /// Published code takes them in the order of the disk, which no test could hold; hidden files are none of it.
  @Test func imagesOfFoldersAreInTheOrderOfTheirNames() throws {
    let folder = try DasslFolder(["imagenet_a"])
    let images = "imagenet-adversarial/imagenet-a/n01443537"
    for name in ["B.jpg", "a.png", ".hidden.jpg", "notes.txt"] { try folder.write("", to: "\(images)/\(name)") }
    let task = try task("imagenet_a", folder)
    #expect(
      Array(try paths(task.testSet(), of: task).prefix(4))
        == ["B.jpg", "a.png", "image_0.JPEG", "image_1.JPEG"].map { "n01443537/\($0)" })
    #expect(task.notes == ["left out, as no JPEG, PNG or WebP by name: 1 (\(folder.path)/\(images)/notes.txt)"])
  }

  /// As Python's `os.listdir` has them.
  @Test func imagesCanBeInTheOrderOfTheDisk() throws {
    let folder = try DasslFolder(["imagenet", "dtd"])
    for number in 10..<40 { try folder.write("", to: "imagenet/images/train/n01440764/\(number * 7919 % 997).JPEG") }
    let task = try task("imagenet@disk-order", folder)
    #expect(task.name == "dassl:imagenet@disk-order")
    let listed = try #require(opendir("\(folder.path)/imagenet/images/train/n01440764"))
    var names: [String] = []
    while let entry = readdir(listed) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    closedir(listed)
    let set = try task.trainingSet(.all, labels: 0..<1, seed: 1)
    #expect(try paths(set, of: task) == names.filter { !$0.hasPrefix(".") }.map { "train/n01440764/\($0)" })
    let sorted = try self.task("imagenet", folder).trainingSet(.all, labels: 0..<1, seed: 1)
    #expect(sorted.names == set.names.sorted() && sorted.names != set.names)
    let failure = try failure("dtd@disk-order", folder)
    #expect(failure.kind == .usage && failure.description.contains("leave out @disk-order"))
  }

  @Test func whereTheDataLieIsNoPartOfTheName() throws {
    let (here, there) = (try DasslFolder(["eurosat"]), try DasslFolder(["eurosat"]))
    let (one, other) = (try task("eurosat", here), try task("eurosat", there))
    #expect(one.name == other.name && TaskRegistry.standard.resolved(one.name) == one.name)
    #expect(TaskRegistry.portable(one.name) == one.name)
    #expect(
      try paths(one.trainingSet(.perClass(3), seed: 5), of: one)
        == paths(other.trainingSet(.perClass(3), seed: 5), of: other))
  }

  // MARK: What is missing

  private func failure(_ name: String, _ folder: DasslFolder) throws -> Failure {
    let failure = #expect(throws: Failure.self) { try task(name, folder) }
    return try #require(failure)
  }

  @Test func namesThatAreNone() throws {
    let folder = try DasslFolder([])
    let unknown = try failure("caltech", folder)
    #expect(unknown.kind == .usage && unknown.description.contains("did you mean caltech101?"))
    let missing = try failure("caltech101", folder)
    #expect(missing.kind == .failure && missing.description.contains("there is no folder \(folder.path)/caltech-101"))
    let bare = #expect(throws: Failure.self) { try TaskRegistry.standard.task(named: "eurosat") }
    #expect(bare?.description.contains("did you mean dassl:eurosat?") == true)
  }

  @Test(arguments: [
    (
      "caltech101", "caltech-101/split_zhou_Caltech101.json", "DATASETS.md of https://github.com/KaiyangZhou/CoOp links"
    ),
    ("fgvc_aircraft", "fgvc_aircraft/images_variant_val.txt", "fgvc-aircraft-2013b"),
    ("imagenet", "imagenet/classnames.txt", "the class names"),
    ("imagenet", "imagenet/images/val", "the validation images"),
    ("imagenet21k", "imagenet21k_resized/imagenet21k_miil_tree.pth", "POMP"),
    ("imagenet_r", "imagenet-rendition/imagenet-r", "a folder for each class"),
  ])
  func aMissingPartIsNamed(name: String, path: String, words: String) throws {
    let folder = try DasslFolder([name])
    try folder.remove(path)
    let failure = try failure(name, folder)
    #expect(failure.description.contains("\(folder.path)/\(path) is missing") && failure.description.contains(words))
    let check = try TaskRegistry(TaskRegistry.standard.sources, root: folder.path).check("dassl:\(name)")
    #expect(!check.isComplete && check.parts.count { !$0.isThere } == 1 && check.found == nil)
  }

  @Test(arguments: DasslFolder.names) func aCheckCounts(name: String) throws {
    let folder = try DasslFolder([name])
    let registry = TaskRegistry(TaskRegistry.standard.sources, root: folder.path)
    let check = try registry.check("dassl:\(name)")
    #expect(check.isComplete && check.reader?.hasPrefix("datasets/") == true)
    let task = try task(name, folder)
    #expect(check.found?.classes == task.classNames.count)
    #expect(try check.found?.test == task.testSet().count)
    #expect(try #require(check.expected?.classes) > task.classNames.count)
    let image = try task.testSet().name(at: 1)
    try folder.remove(String(image.dropFirst(folder.path.count + 1)))
    let isListed = DasslFolder.splits[name] != nil || name == "fgvc_aircraft"
    let again = try registry.check("dassl:\(name)")
    #expect(again.missingImages == (isListed ? 1 : 0) && again.firstMissing == (isListed ? [image] : []))
    #expect(again.isComplete != isListed)
  }
}
