import Basics
import Foundation
import Images

/// A directory of class folders as a task: `PATH/train/CLASS/*` and `PATH/test/CLASS/*`, or `PATH/CLASS/*`, which is
/// divided by a seed.
///
/// - The name of a class is that of its folder with `_` as a space; labels are in the order of the folders' names.
/// - Pictures are known by their extension: jpg, jpeg, png, webp, in small or capital letters. Hidden files are passed
///   over.
/// - `PATH/val/CLASS/*`, beside the other two, is for validation; without `PATH/test` it is what is tested on.
/// - Which pictures are drawn depends on the names of folders and files inside PATH, not on where PATH is.
public struct FolderTask: ClassificationTask {
  /// The share of each class that is tested on where the directory does not say.
  public static let defaultTestShare = 0.5

  /// `folder:` and the path as it was given.
  public let name: String
  /// The names of the class folders, `_` as a space.
  public let classNames: [String]
  /// How the pictures were divided, where the directory does not say, and which files were left out.
  public let notes: [String]
  /// CLIP's own, as nothing is known about the pictures.
  public var template: String { "a photo of a {}." }
  /// None: nobody said what style the pictures are in.
  public var domainTemplate: String? { nil }

  private let folders: [String]
  /// Paths of each class's pictures, sorted.
  private let training: [[String]]
  private let validation: [[String]]?
  private let test: [[String]]

  /// Lists the directory; no picture is opened yet.
  ///
  /// - Parameters:
  ///   - path: the directory; `~` stands for the home directory.
  ///   - testShare: the share in (0, 1) of each class's pictures to test on where there is no `train/` folder; rounded,
  ///     but at least one picture of each class is for testing and one for training.
  ///   - splitSeed: decides which ones.
  /// - Throws: ``Failure`` naming what is missing: the directory, classes, pictures of a class, classes of a part; or
  ///   two folders whose names are the same to a text encoder.
  public init(path: String, testShare: Double = defaultTestShare, splitSeed: UInt64 = 0) throws {
    precondition(testShare > 0 && testShare < 1, "a test share of \(testShare)")
    name = "folder:\(path)"
    let root = Self.expanded(path)
    let parts = try Directory(root).folders
    var notes: [String] = []
    var listed: [ClassFolders]
    // A folder `train` of pictures is a class like any other: a means of transport.
    if try parts.contains("train") && !Directory("\(root)/train").folders.isEmpty {
      let evaluated = ["test", "val"].filter(parts.contains)
      guard let tested = evaluated.first else {
        throw Failure("\(root)/train has class folders, but there is neither \(root)/test nor \(root)/val to test on")
      }
      listed = try (["train"] + evaluated).map { try ClassFolders("\(root)/\($0)") }
      for other in listed.dropFirst() { try listed[0].requireSameClasses(as: other) }
      training = listed[0].pictures
      test = listed[1].pictures
      validation = evaluated.count > 1 ? listed[2].pictures : nil
      if tested == "val" { notes.append("there is no test/ folder: val/ is tested on") }
    } else {
      listed = [try ClassFolders(root)]
      (training, test) = try Self.divided(listed[0], testShare: testShare, seed: splitSeed)
      validation = nil
      notes.append(
        "there are no train/ and test/ folders: a share of \(testShare) of each class's pictures, drawn by seed "
          + "\(splitSeed), is tested on")
    }
    folders = listed[0].folders
    classNames = try Self.classNames(of: folders, in: root)
    let ignored = listed.flatMap(\.ignored)
    if let first = ignored.first {
      notes.append(
        "left out, as no JPEG, PNG or WebP by name: \(ignored.count) (\(first)\(ignored.count > 1 ? ", …" : ""))")
    }
    self.notes = notes
  }

  /// `shots` pictures of each class, or all there are for training.
  ///
  /// - Throws: ``Failure`` naming the class that has fewer, how many it has and how many are wanted.
  public func trainingSet(shots: Int?, seed: UInt64) throws -> ImageSet {
    guard let shots else { return Self.images(training) }
    try requireShots(shots)
    let short = training.indices.filter { training[$0].count < shots }
    if let label = short.first {
      let count = training[label].count
      throw Failure(
        "\(name): class \(classNames[label]) has \(count) \(count == 1 ? "picture" : "pictures") for training, and "
          + "\(shots) are wanted" + (short.count > 1 ? " (\(short.count) classes have too few)" : ""))
    }
    return Self.images(
      zip(folders, training).map { folder, pictures in
        Self.drawn(shots, of: pictures.count, purpose: "shots", folder: folder, seed: seed).map { pictures[$0] }
      })
  }

  /// The pictures under `val/`, whatever the seed; nil without that folder, and where it is tested on.
  public func validationSet(seed: UInt64) -> ImageSet? { validation.map(Self.images) }

  /// The pictures under `test/`, or the share of each class that is kept for it.
  public func testSet() -> ImageSet { Self.images(test) }

  private static func images(_ pictures: [[String]]) -> ImageSet {
    let names = Array(pictures.joined())
    let labels = pictures.indices.flatMap { repeatElement($0, count: pictures[$0].count) }
    return ImageSet(labels: labels, files: names)
  }

  /// Sorted indices drawn for a class, by a stream that knows the names inside the directory only.
  private static func drawn(_ size: Int, of count: Int, purpose: String, folder: String, seed: UInt64) -> [Int] {
    var stream = RandomStream(purpose: purpose, task: "folder:\(folder)", seed: seed)
    return stream.sample(size, of: count).sorted()
  }

  private static func divided(
    _ classes: ClassFolders, testShare: Double, seed: UInt64
  ) throws -> (training: [[String]], test: [[String]]) {
    var training: [[String]] = []
    var test: [[String]] = []
    for (folder, pictures) in zip(classes.folders, classes.pictures) {
      guard pictures.count > 1 else {
        throw Failure(
          "the class folder \(classes.path)/\(folder) has 1 picture, and training and testing need one each")
      }
      let size = min(max(1, Int((Double(pictures.count) * testShare).rounded())), pictures.count - 1)
      let tested = Set(drawn(size, of: pictures.count, purpose: "split", folder: folder, seed: seed))
      training.append(pictures.indices.filter { !tested.contains($0) }.map { pictures[$0] })
      test.append(tested.sorted().map { pictures[$0] })
    }
    return (training, test)
  }

  /// Text encoders see words in small letters, whatever the spaces between them: names must differ in more than that.
  private static func classNames(of folders: [String], in root: String) throws -> [String] {
    var owners: [String: String] = [:]
    return try folders.map { folder in
      let name = folder.split { $0 == "_" || $0.isWhitespace }.joined(separator: " ")
      guard !name.isEmpty else { throw Failure("the folder \"\(folder)\" in \(root) has no class name in its name") }
      if let owner = owners.updateValue(folder, forKey: name.lowercased()) {
        throw Failure("the folders \"\(owner)\" and \"\(folder)\" in \(root) give the same class name, \(name)")
      }
      return name
    }
  }

  private static func expanded(_ path: String) -> String {
    var path = path
    if path == "~" || path.hasPrefix("~/") { path = NSHomeDirectory() + path.dropFirst() }
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
