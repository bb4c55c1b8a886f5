import Basics
import Foundation

extension StoredTask {
  /// The share of each class's images that are for testing where a directory has no `test/`.
  public static let defaultTestShare = 0.5

  /// A directory of class folders as a task: `PATH/train/CLASS/*` and `PATH/test/CLASS/*`, or `PATH/CLASS/*`, which is
  /// divided by a seed. Lists the directory; no image is opened yet.
  ///
  /// - The name of a class is that of its folder with `_` as a space; labels are in the order of the folders' names.
  /// - Images are known by their extension: jpg, jpeg, png, webp, in small or capital letters. Hidden files are passed over.
  /// - `PATH/val/CLASS/*`, beside the other two, is for validation; without `PATH/test` it is what is tested on.
  /// - Which images are drawn depends on the names of folders and files inside PATH, not on where PATH is.
  ///
  /// - Parameters:
  ///   - path: the directory; `~` stands for the home directory.
  ///   - testShare: the share in (0, 1) of each class's images to test on where there is no `train/` folder; rounded,
  ///     but at least one image of each class is for testing and one for training.
  ///   - splitSeed: decides which ones.
  /// - Throws: ``Failure`` naming what is missing: the directory, classes, images of a class, classes of a part; or
  ///   two folders whose names are the same to a text encoder.
  public init(folder path: String, testShare: Double = defaultTestShare, splitSeed: UInt64 = 0) throws {
    precondition(testShare > 0 && testShare < 1, "a test share of \(testShare)")
    let root = Folder.expanded(path)
    let parts = try Directory(root).folders
    var notes: [String] = []
    var listed: [ClassFolders]
    let training: [[String]]
    let validation: [[String]]?
    let test: [[String]]
    // A folder `train` that holds images is a class, the means of transport; one that holds folders is a split.
    if try parts.contains("train") && !Directory("\(root)/train").folders.isEmpty {
      let evaluated = ["test", "val"].filter(parts.contains)
      guard let tested = evaluated.first else {
        throw Failure("\(root)/train has class folders, but there is neither \(root)/test nor \(root)/val to test on")
      }
      listed = try (["train"] + evaluated).map { try ClassFolders("\(root)/\($0)") }
      for other in listed.dropFirst() { try listed[0].requireSameClasses(as: other) }
      training = listed[0].images
      test = listed[1].images
      validation = evaluated.count > 1 ? listed[2].images : nil
      if tested == "val" { notes.append("there is no test/ folder: val/ is tested on") }
    } else {
      listed = [try ClassFolders(root)]
      (training, test) = try Self.divided(listed[0], testShare: testShare, seed: splitSeed)
      validation = nil
      notes.append(
        "there are no train/ and test/ folders: a share of \(testShare) of each class's images, drawn by seed "
          + "\(splitSeed), is tested on")
    }
    let folders = listed[0].folders
    var names = ClassNames(of: "folder")
    for folder in folders { try names.add(folder) { Failure("\(root): \($0)") } }
    let ignored = listed.flatMap(\.ignored)
    if let first = ignored.first {
      notes.append(
        "left out, as no JPEG, PNG or WebP by name: \(ignored.count) (\(first)\(ignored.count > 1 ? ", …" : ""))")
    }
    self.init(
      name: "folder:\(path)", classNames: names.names, notes: notes, training: Self.images(training),
      validation: validation.map(Self.images), test: Self.images(test), streams: folders.map(Self.stream))
  }

  private static func images(_ files: [[String]]) -> ImageSet {
    ImageSet(
      labels: files.indices.flatMap { repeatElement($0, count: files[$0].count) }, files: Array(files.joined()))
  }

  /// The random stream of a class is named by folders and files inside the directory only.
  private static func stream(_ folder: String) -> String { "folder:\(folder)" }

  private static func divided(
    _ classes: ClassFolders, testShare: Double, seed: UInt64
  ) throws -> (training: [[String]], test: [[String]]) {
    var training: [[String]] = []
    var test: [[String]] = []
    for (folder, files) in zip(classes.folders, classes.images) {
      guard files.count > 1 else {
        throw Failure("the class folder \(classes.path)/\(folder) has 1 image, and training and testing need one each")
      }
      let size = min(max(1, Int((Double(files.count) * testShare).rounded())), files.count - 1)
      var stream = RandomStream(purpose: "split", task: stream(folder), seed: seed)
      let tested = Set(stream.sample(size, of: files.count))
      training.append(files.indices.filter { !tested.contains($0) }.map { files[$0] })
      test.append(tested.sorted().map { files[$0] })
    }
    return (training, test)
  }
}
