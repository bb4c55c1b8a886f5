import Basics
import Foundation
import RPP

/// The input is a letter for a kind of file, and such a file: a split of a published data set, a list of its classes or images, what
/// `torch.save` saved of classes, or a CSV file of images.
enum DataTarget {
  static func run(_ input: [UInt8]) throws {
    guard let first = input.first, let kind = kinds[Character(Unicode.Scalar(first))] else { return }
    ScratchFolder.write(input.dropFirst(), to: "\(root)/\(kind.file)")
    // What the next input is read beside.
    defer { ScratchFolder.write(kind.correct.utf8, to: "\(root)/\(kind.file)") }
    let task = try registry.task(named: kind.task)
    let images = try task.trainingSet(.perClass(1), seed: 1)
    require(images.labels.allSatisfy(task.classNames.indices.contains), "a label without a class")
    _ = try task.validationSet(.perClass(1), seed: 1)
  }

  private static let kinds: [Character: (file: String, task: String, correct: String)] = [
    "s": ("eurosat/split_zhou_EuroSAT.json", "dassl:eurosat", ""),
    "v": ("fgvc_aircraft/variants.txt", "dassl:fgvc_aircraft", "a\nb\n"),
    "a": ("fgvc_aircraft/images_variant_train.txt", "dassl:fgvc_aircraft", "1 a\n2 b\n"),
    "n": ("imagenet/classnames.txt", "dassl:imagenet", ""),
    "t": ("imagenet21k_resized/imagenet21k_miil_tree.pth", "dassl:imagenet21k", ""),
    "l": ("list.csv", "list:\(root)/list.csv", ""),
  ]

  private static let registry = TaskRegistry(TaskRegistry.standard.sources, root: root)

  /// What is read beside the input is correct.
  private static let root: String = {
    let root = ScratchFolder.folder("data")
    _ = ScratchFolder.folder("data/eurosat/2750")
    _ = ScratchFolder.folder("data/fgvc_aircraft/images")
    ScratchFolder.write("a\nb\n".utf8, to: "\(root)/fgvc_aircraft/variants.txt")
    for key in ["train", "val", "test"] {
      ScratchFolder.write("1 a\n2 b\n".utf8, to: "\(root)/fgvc_aircraft/images_variant_\(key).txt")
    }
    for path in [
      "imagenet/images/train", "imagenet/images/val", "imagenet21k_resized/imagenet21k_train",
      "imagenet21k_resized/imagenet21k_val",
    ] {
      for name in ["n1", "n2"] {
        let folder = ScratchFolder.folder("data/\(path)/\(name)")
        ScratchFolder.write([], to: "\(folder)/image.jpg")
      }
    }
    return root
  }()
}
