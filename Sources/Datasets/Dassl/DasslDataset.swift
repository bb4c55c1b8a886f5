import Basics

/// A data set of the field: where it lies, how it is read, and what is known of it.
struct DasslDataset: Sendable {
  /// As in `dassl:caltech101`, without the prefix: the name of its published configuration, `configs/datasets/caltech101.yaml`.
  var shortName: String
  /// Its folder below the root.
  let folder: String
  var layout: any DasslLayout
  /// `CUSTOM_TEMPLATES` in `trainers/zsclip.py` of CoOp and POMP.
  let template: String
  /// How many classes and images the published data have, where that is published; those of images are in the
  /// appendix of CoOp (Zhou et al., IJCV 2022) and in the papers of the four variants of ImageNet.
  let expected: TaskCheck.Counts
  /// The published reader.
  var reader: String
  /// Where it is written how the folder is made.
  var instructions = "DATASETS.md of CoOp"

  var name: String { "\(DasslSource.prefix):\(shortName)" }

  /// What follows a name for the order of the disk, see ``ImageNetLayout/isInDiskOrder``.
  private static let diskOrder = "@disk-order"

  /// The data set of a name.
  ///
  /// - Throws: a usage ``Failure`` that names those there are.
  static func named(_ name: String) throws -> DasslDataset {
    if name.hasSuffix(diskOrder) {
      var dataset = try named(String(name.dropLast(diskOrder.count)))
      guard var layout = dataset.layout as? ImageNetLayout else {
        throw Failure.usage("\(dataset.name) draws its shots in the order of a file; leave out \(diskOrder)")
      }
      layout.isInDiskOrder = true
      (dataset.shortName, dataset.layout) = (name, layout)
      return dataset
    }
    guard let dataset = all.first(where: { $0.shortName == name }) else {
      throw Failure.usage(Spelling.unknown("data set", name, known: all.map(\.shortName)))
    }
    return dataset
  }

  static let all: [DasslDataset] = [
    DasslDataset(
      shortName: "imagenet", folder: "imagenet",
      layout: ImageNetLayout(
        imageFolder: "images", trainingFolder: "train", testFolder: "val", namesFile: FolderNames.file,
        namesSource: "the class names; DATASETS.md of CoOp links them", readNames: { try FolderNames($0) }),
      template: "a photo of a {}.", expected: .init(classes: 1000, training: 1_281_167, test: 50_000),
      reader: "datasets/imagenet.py of CoOp"),
    split(
      "caltech101", "caltech-101", "split_zhou_Caltech101.json", images: "101_ObjectCategories", "a photo of a {}.",
      .init(classes: 100, training: 4128, validation: 1649, test: 2465)),
    split(
      "oxford_pets", "oxford_pets", "split_zhou_OxfordPets.json", images: "images", "a photo of a {}, a type of pet.",
      .init(classes: 37, training: 2944, validation: 736, test: 3669)),
    // Paths begin with cars_train/ or cars_test/.
    split(
      "stanford_cars", "stanford_cars", "split_zhou_StanfordCars.json", images: "", "a photo of a {}.",
      .init(classes: 196, training: 6509, validation: 1635, test: 8041)),
    split(
      "oxford_flowers", "oxford_flowers", "split_zhou_OxfordFlowers.json", images: "jpg",
      "a photo of a {}, a type of flower.", .init(classes: 102, training: 4093, validation: 1633, test: 2463)),
    split(
      "food101", "food-101", "split_zhou_Food101.json", images: "images", "a photo of {}, a type of food.",
      .init(classes: 101, training: 50_500, validation: 20_200, test: 30_300)),
    DasslDataset(
      shortName: "fgvc_aircraft", folder: "fgvc_aircraft", layout: AircraftLayout(),
      template: "a photo of a {}, a type of aircraft.",
      expected: .init(classes: 100, training: 3334, validation: 3333, test: 3333),
      reader: "datasets/fgvc_aircraft.py of CoOp"),
    split(
      "sun397", "sun397", "split_zhou_SUN397.json", images: "SUN397", "a photo of a {}.",
      .init(classes: 397, training: 15_880, validation: 3970, test: 19_850)),
    split(
      "dtd", "dtd", "split_zhou_DescribableTextures.json", images: "images", "{} texture.",
      .init(classes: 47, training: 2820, validation: 1128, test: 1692)),
    split(
      "eurosat", "eurosat", "split_zhou_EuroSAT.json", images: "2750", "a centered satellite photo of {}.",
      .init(classes: 10, training: 13_500, validation: 5400, test: 8100)),
    split(
      "ucf101", "ucf101", "split_zhou_UCF101.json", images: "UCF-101-midframes", "a photo of a person doing {}.",
      .init(classes: 101, training: 7639, validation: 1898, test: 3783)),
    variant(
      "imagenetv2", "imagenetv2",
      ImageNetTestLayout(imageFolder: "imagenetv2-matched-frequency-format-val", folders: .numbers),
      .init(classes: 1000, test: 10_000)),
    variant(
      "imagenet_sketch", "imagenet-sketch", ImageNetTestLayout(imageFolder: "images"),
      .init(classes: 1000, test: 50_889)),
    variant(
      "imagenet_a", "imagenet-adversarial", ImageNetTestLayout(imageFolder: "imagenet-a"),
      .init(classes: 200, test: 7500)),
    variant(
      "imagenet_r", "imagenet-rendition", ImageNetTestLayout(imageFolder: "imagenet-r"),
      .init(classes: 200, test: 30_000)),
    DasslDataset(
      shortName: "imagenet21k", folder: "imagenet21k_resized",
      layout: ImageNetLayout(
        imageFolder: "", trainingFolder: "imagenet21k_train", testFolder: "imagenet21k_val",
        namesFile: "imagenet21k_miil_tree.pth", namesSource: "the class names; docs/DATASETS.md of POMP links them",
        readNames: { try TreeFile.names($0) }),
      // How many images there are is published for other choices of classes only.
      template: "a photo of a {}.", expected: .init(classes: 10_451), reader: "datasets/imagenet_21k.py of POMP",
      instructions: "docs/DATASETS.md of POMP (amazon-science/prompt-pretraining)"),
  ]

  private static func split(
    _ name: String, _ folder: String, _ file: String, images: String, _ template: String, _ expected: TaskCheck.Counts
  ) -> DasslDataset {
    DasslDataset(
      shortName: name, folder: folder, layout: SplitFileLayout(file: file, imageFolder: images), template: template,
      expected: expected, reader: "datasets/\(name).py of CoOp")
  }

  private static func variant(
    _ name: String, _ folder: String, _ layout: ImageNetTestLayout, _ expected: TaskCheck.Counts
  ) -> DasslDataset {
    DasslDataset(
      shortName: name, folder: folder, layout: layout, template: "a photo of a {}.", expected: expected,
      reader: "datasets/\(name).py of CoOp")
  }
}
