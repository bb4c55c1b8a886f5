import Foundation
import Images

/// Published data sets in small, as CoOp's DATASETS.md and the readers in CoOp and POMP (`datasets/*.py`) want them: written here
/// once more from these, not from what reads them in `Sources`.
public final class DasslFolder: Sendable {
  /// Images of each class for training, validation and test.
  public static let (training, validation, test) = (6, 5, 2)

  private let folder: TemporaryFolder
  /// The folder that the data sets lie in.
  public var path: String { folder.path }

  /// The given data sets.
  public init(_ names: [String] = DasslFolder.names) throws {
    folder = try TemporaryFolder()
    for name in names { try add(name) }
  }

  /// All of them.
  public static let names =
    splits.keys.sorted() + [
      "fgvc_aircraft", "imagenet", "imagenet21k", "imagenet_a", "imagenet_r", "imagenet_sketch", "imagenetv2",
    ]
  /// Those without images to learn from.
  public static let tested = ["imagenet_a", "imagenet_r", "imagenet_sketch", "imagenetv2"]
  /// ImageNet's class folders here, with their names, two of which are the same, as in the published list.
  public static let wordNet = [
    ("n01440764", "tench"), ("n01443537", "goldfish"), ("n04355933", "sunglasses"), ("n04356056", "sunglasses"),
  ]

  /// A data set with a file `split_zhou_….json`.
  public struct Split: Sendable {
    public let folder: String
    public let images: String
    public let file: String
    /// In label order: the name, and the path of its image of a number.
    let classes: [(name: String, path: @Sendable (_ number: Int, _ isTest: Bool) -> String)]
    public var classNames: [String] { classes.map(\.name) }

    init(
      _ folder: String, _ images: String, _ file: String, _ names: [String],
      _ path: @escaping @Sendable (_ label: Int, _ number: Int, _ isTest: Bool) -> String
    ) {
      (self.folder, self.images, self.file) = (folder, images, file)
      classes = names.enumerated().map { label, name in (name, { path(label, $0, $1) }) }
    }
  }

  /// By the data set's name.
  public static let splits: [String: Split] = [
    "caltech101": Split(
      "caltech-101", "101_ObjectCategories", "split_zhou_Caltech101.json", ["face", "leopard", "accordion"]
    ) { label, number, _ in "\(["Faces", "Leopards", "accordion"][label])/image_000\(number).jpg" },
    "oxford_pets": Split(
      "oxford_pets", "images", "split_zhou_OxfordPets.json", ["abyssinian", "american_bulldog", "basset_hound"]
    ) { label, number, _ in "\(["Abyssinian", "american_bulldog", "basset_hound"][label])_\(number).jpg" },
    "stanford_cars": Split(
      "stanford_cars", "", "split_zhou_StanfordCars.json",
      ["2000 AM General Hummer SUV", "2012 Acura RL Sedan", "2012 Acura TL Sedan"]
    ) { label, number, isTest in "cars_\(isTest ? "test" : "train")/0000\(label)\(number).jpg" },
    "oxford_flowers": Split(
      "oxford_flowers", "jpg", "split_zhou_OxfordFlowers.json",
      ["pink primrose", "hard-leaved pocket orchid", "canterbury bells"]
    ) { label, number, _ in "image_000\(label)\(number).jpg" },
    "food101": Split(
      "food-101", "images", "split_zhou_Food101.json", ["apple_pie", "baby_back_ribs", "baklava"]
    ) { label, number, _ in "\(["apple_pie", "baby_back_ribs", "baklava"][label])/10056\(number).jpg" },
    "sun397": Split(
      "sun397", "SUN397", "split_zhou_SUN397.json", ["abbey", "indoor apse", "outdoor athletic_field"]
    ) { label, number, _ in "a/\(["abbey", "apse/indoor", "athletic_field/outdoor"][label])/sun_\(number).jpg" },
    "dtd": Split(
      "dtd", "images", "split_zhou_DescribableTextures.json", ["banded", "blotchy", "polka-dotted"]
    ) { label, number, _ in "\(["banded", "blotchy", "polka-dotted"][label])/texture_000\(number).jpg" },
    "eurosat": Split(
      "eurosat", "2750", "split_zhou_EuroSAT.json", ["Annual Crop Land", "Highway or Road", "Sea or Lake"]
    ) { label, number, _ in
      "\(["AnnualCrop", "Highway", "SeaLake"][label])/\(["AnnualCrop", "Highway", "SeaLake"][label])_\(number).jpg"
    },
    "ucf101": Split(
      "ucf101", "UCF-101-midframes", "split_zhou_UCF101.json", ["Apply_Eye_Makeup", "Biking", "Yo_Yo"]
    ) { label, number, _ in "\(["Apply_Eye_Makeup", "Biking", "Yo_Yo"][label])/v_g0\(number)_c01.jpg" },
  ]

  /// The text of a split file. Labels first appear in the order 1, 2, …, 0.
  public static func splitText(_ split: Split) throws -> String {
    func entries(_ numbers: Range<Int>, isTest: Bool = false) -> [[Any]] {
      (1...split.classes.count).map { $0 % split.classes.count }.flatMap { label in
        numbers.map { [split.classes[label].path($0, isTest), label, split.classes[label].name] as [Any] }
      }
    }
    let object = [
      "train": entries(0..<training), "val": entries(training..<training + validation),
      "test": entries(training + validation..<training + validation + test, isTest: true),
    ]
    return String(decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
  }

  private func add(_ name: String) throws {
    if let split = Self.splits[name] {
      let images = split.images.isEmpty ? split.folder : "\(split.folder)/\(split.images)"
      try write(try Self.splitText(split), to: "\(split.folder)/\(split.file)")
      for (label, element) in split.classes.enumerated() {
        for number in 0..<Self.training + Self.validation + Self.test {
          try image(label, number, to: "\(images)/\(element.path(number, number >= Self.training + Self.validation))")
        }
      }
      return
    }
    switch name {
    case "fgvc_aircraft": try addAircraft()
    case "imagenet":
      try addNames("imagenet")
      try addFolders("imagenet/images/train", Self.wordNet.map(\.0), Self.training)
      try addFolders("imagenet/images/val", Self.wordNet.map(\.0), Self.test)
    case "imagenet21k":
      try folder.write(Self.tree, to: "imagenet21k_resized/imagenet21k_miil_tree.pth")
      let folders = ["n00000001", "n00000002", "n00000003"]
      try addFolders("imagenet21k_resized/imagenet21k_train", folders, Self.training)
      try addFolders("imagenet21k_resized/imagenet21k_val", folders, Self.test)
    case "imagenetv2":
      try addNames("imagenetv2")
      try addFolders(
        "imagenetv2/imagenetv2-matched-frequency-format-val", Self.wordNet.indices.map { "\($0)" }, Self.test)
    case "imagenet_sketch":
      try addNames("imagenet-sketch")
      try addFolders("imagenet-sketch/images", Self.wordNet.map(\.0), Self.test)
    case "imagenet_a":
      try addNames("imagenet-adversarial")
      try addFolders("imagenet-adversarial/imagenet-a", ["n01443537", "n04356056"], Self.test)
      try write("About the images.\n", to: "imagenet-adversarial/imagenet-a/README.txt")
    case "imagenet_r":
      try addNames("imagenet-rendition")
      try addFolders("imagenet-rendition/imagenet-r", ["n01440764", "n04355933"], Self.test)
      try write("About the images.\n", to: "imagenet-rendition/imagenet-r/README.txt")
    default: fatalError("there is no data set \(name)")
    }
  }

  private func addAircraft() throws {
    let variants = ["707-320", "A300B4", "F-16A/B"]
    try write(variants.joined(separator: "\n") + "\n", to: "fgvc_aircraft/variants.txt")
    var first = 0
    for (key, count) in [("train", Self.training), ("val", Self.validation), ("test", Self.test)] {
      var text = ""
      for number in first..<first + count {
        // Classes in turn, as they are mixed in the published files.
        for (label, variant) in variants.enumerated().reversed() {
          text += "00\(number)\(label) \(variant)\n"
          try image(label, number, to: "fgvc_aircraft/images/00\(number)\(label).jpg")
        }
      }
      try write(text, to: "fgvc_aircraft/images_variant_\(key).txt")
      first += count
    }
  }

  private func addNames(_ folder: String) throws {
    try write(Self.wordNet.map { "\($0) \($1)\n" }.joined(), to: "\(folder)/classnames.txt")
  }

  private func addFolders(_ path: String, _ folders: [String], _ count: Int) throws {
    for (label, folder) in folders.enumerated() {
      for number in 0..<count { try image(label, number, to: "\(path)/\(folder)/image_\(number).JPEG") }
    }
  }

  /// Gray images that differ; what a file is says its beginning, not its name.
  private func image(_ label: Int, _ number: Int, to path: String) throws {
    try folder.write(
      try RGBImage(width: 10, height: 8, gray: UInt8(label * 70 + number * 3)).pngData(), to: path)
  }

  /// A file below the root.
  public func write(_ text: String, to path: String) throws { try folder.write(text, to: path) }

  /// A path below the root.
  public func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(self.path)/\(path)") }

  /// `torch.save` of PyTorch 2.15 of
  /// `{'class_tree_list': [[1, 0], [0], [2, 0], [3, 1, 0]], 'class_description': {'n00000001': 'organism', 'n00000002':
  /// 'king_snake, snake', 'n00000003': 'organism'}, 'class_list': […], 'child_2_parent': {'n00000002': 'n00000001'}}`.
  public static let tree = Data(
    base64Encoded: """
      UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAKABgAdC9kYXRhLnBrbEZCFABaWlpaWlpaWlpaWlpaWlpaWlpaWoACfXEAKFgPAAAA\
      Y2xhc3NfdHJlZV9saXN0cQFdcQIoXXEDKEsBSwBlXXEESwBhXXEFKEsCSwBlXXEGKEsDSwFLAGVlWBEAAABjbGFzc19kZXNjcmlw\
      dGlvbnEHfXEIKFgJAAAAbjAwMDAwMDAxcQlYCAAAAG9yZ2FuaXNtcQpYCQAAAG4wMDAwMDAwMnELWBEAAABraW5nX3NuYWtlLCBz\
      bmFrZXEMWAkAAABuMDAwMDAwMDNxDWgKdVgKAAAAY2xhc3NfbGlzdHEOXXEPKGgJaAtoDWVYDgAAAGNoaWxkXzJfcGFyZW50cRB9\
      cRFoC2gJc3UuUEsHCDu0hqj1AAAA9QAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAAEQAMAHQvLmZvcm1hdF92ZXJzaW9uRkII\
      AFpaWlpaWlpaMVBLBwi379yDAQAAAAEAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAABQAPQB0Ly5zdG9yYWdlX2FsaWdubWVu\
      dEZCOQBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo2NFBLBwg/d3HpAgAA\
      AAIAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAAAsABQB0L2J5dGVvcmRlckZCAQBabGl0dGxlUEsHCIU94xkGAAAABgAAAFBL\
      AwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAACQBDAHQvdmVyc2lvbkZCPwBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\
      WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlozClBLBwjRnmdVAgAAAAIAAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAABgA\
      OAB0Ly5kYXRhL3NlcmlhbGl6YXRpb25faWRGQjQAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa\
      WlpaWlpaWjAyOTA4NDY4Njc3NzYyOTIzMTA0MDAwOTQ2MzM1NjQ1NDkxMTYzNzBQSwcInBr2mSgAAAAoAAAAUEsBAgAAAAAICAAA\
      AAAAADu0hqj1AAAA9QAAAAoAAAAAAAAAAAAAAAAAAAAAAHQvZGF0YS5wa2xQSwECAAAAAAgIAAAAAAAAt+/cgwEAAAABAAAAEQAA\
      AAAAAAAAAAAAAABFAQAAdC8uZm9ybWF0X3ZlcnNpb25QSwECAAAAAAgIAAAAAAAAP3dx6QIAAAACAAAAFAAAAAAAAAAAAAAAAACR\
      AQAAdC8uc3RvcmFnZV9hbGlnbm1lbnRQSwECAAAAAAgIAAAAAAAAhT3jGQYAAAAGAAAACwAAAAAAAAAAAAAAAAASAgAAdC9ieXRl\
      b3JkZXJQSwECAAAAAAgIAAAAAAAA0Z5nVQIAAAACAAAACQAAAAAAAAAAAAAAAABWAgAAdC92ZXJzaW9uUEsBAgAAAAAICAAAAAAA\
      AJwa9pkoAAAAKAAAABgAAAAAAAAAAAAAAAAA0gIAAHQvLmRhdGEvc2VyaWFsaXphdGlvbl9pZFBLBgYsAAAAAAAAAB4DLQAAAAAA\
      AAAAAAYAAAAAAAAABgAAAAAAAABvAQAAAAAAAHgDAAAAAAAAUEsGBwAAAADnBAAAAAAAAAEAAABQSwUGAAAAAAYABgBvAQAAeAMA\
      AAAA
      """)!

  /// The same by `_use_new_zipfile_serialization=False`, as before PyTorch 1.6.
  public static let oldTree = Data(
    base64Encoded: """
      gAKKCmz8nEb5IGqoUBkugAJN6QMugAJ9cQAoWBAAAABwcm90b2NvbF92ZXJzaW9ucQFN6QNYDQAAAGxpdHRsZV9lbmRpYW5xAohY\
      CgAAAHR5cGVfc2l6ZXNxA31xBChYBQAAAHNob3J0cQVLAlgDAAAAaW50cQZLBFgEAAAAbG9uZ3EHSwR1dS6AAn1xAChYDwAAAGNs\
      YXNzX3RyZWVfbGlzdHEBXXECKF1xAyhLAUsAZV1xBEsAYV1xBShLAksAZV1xBihLA0sBSwBlZVgRAAAAY2xhc3NfZGVzY3JpcHRp\
      b25xB31xCChYCQAAAG4wMDAwMDAwMXEJWAgAAABvcmdhbmlzbXEKWAkAAABuMDAwMDAwMDJxC1gRAAAAa2luZ19zbmFrZSwgc25h\
      a2VxDFgJAAAAbjAwMDAwMDAzcQ1oCnVYCgAAAGNsYXNzX2xpc3RxDl1xDyhoCWgLaA1lWA4AAABjaGlsZF8yX3BhcmVudHEQfXER\
      aAtoCXN1LoACXXEALg==
      """)!
}
