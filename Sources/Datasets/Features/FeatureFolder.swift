import Basics
import Foundation
import SafeTensors

/// A folder with what is left of a task when its images are not needed any more: class names, templates, the label and the name of
/// every image, and files of the features that frozen backbones made of the images.
///
/// - `task.json`: ``Description``.
/// - `train.safetensors`, `val.safetensors`, `test.safetensors`: `labels`, `[images]`; `names`, the bytes of all images' names one
///   after the other, and `name_ends`, `[images]`, where each of them ends; in the metadata `images`, a digest of the
///   images' contents and labels, and a checksum.
/// - `train.CHECKSUM.safetensors` and the same of the others: features, see FeatureStore's `FeatureFile`.
public struct FeatureFolder: Equatable, Sendable {
  /// Which of a task's images.
  public enum Split: String, CaseIterable, Codable, Sendable {
    case train, val, test
  }

  /// What the folder says of the task.
  public struct Description: Codable, Equatable, Sendable {
    /// The name of the task whose images they were.
    public let task: String
    public let classNames: [String]
    public let template: String
    public let domainTemplate: String?
    public let isOfEmbeddedWorld: Bool
    /// Images of each split that is there, by its name.
    public let images: [String: Int]
  }

  /// The path as a user gave it, `~` standing for the home directory.
  public let path: String

  /// A folder, which need not be there.
  public init(_ path: String) { self.path = path }

  private var folder: String { Folder.expanded(path) }

  /// The file that says what the folder holds.
  public var descriptionPath: String { "\(folder)/task.json" }

  /// The file of a split's labels and names.
  func listPath(_ split: Split) -> String { "\(folder)/\(split.rawValue).safetensors" }

  /// The file of the features that a backbone made of a split's images.
  ///
  /// - Parameter checksum: The backbone's.
  public func featurePath(_ split: Split, checksum: String) -> String {
    "\(folder)/\(split.rawValue).\(checksum.prefix(16)).safetensors"
  }

  /// - Throws: ``Failure`` if there is none, or it is damaged.
  public func description() throws -> Description {
    guard let description = try KeptJSON.value(Description.self, in: descriptionPath) else {
      throw Failure(
        "\(path) holds no features: \(descriptionPath) is missing; rpp features --task TASK --out \(path) makes them")
    }
    guard description.template.contains("{}"), description.domainTemplate?.contains("{}") != false,
      !description.classNames.contains(""), Set(description.classNames).count == description.classNames.count
    else {
      throw Failure("\(descriptionPath): a template without {}, or a class without a name or with that of another")
    }
    return description
  }

  /// What tells the images of a split from others: their contents and labels, in order.
  ///
  /// - Throws: ``Failure`` naming the file that is missing or damaged.
  public func digest(of split: Split) throws -> String {
    try SafeTensorsFile(path: listPath(split)).metadata[Self.digestKey] ?? ""
  }

  private static let digestKey = "images"

  /// The images of a split, of which only features can be had.
  ///
  /// - Throws: ``Failure`` naming the file that is missing or damaged.
  func images(_ split: Split, of description: Description) throws -> ImageSet {
    let path = listPath(split)
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    let labels = try file.integers("labels")
    guard labels.count == description.images[split.rawValue],
      labels.allSatisfy(description.classNames.indices.contains),
      let names = try? ImageNames(file), names.count == labels.count
    else { throw Failure("\(path): not the images that \(descriptionPath) tells of") }
    return ImageSet(
      labels: labels,
      features: StoredFeatures(
        folder: self, split: split, count: labels.count, digest: file.metadata[Self.digestKey] ?? "")
    ) {
      names[$0]
    }
  }

  // MARK: Writing

  /// Writes what a task is, and labels and names of its images; what is there already must be the same.
  ///
  /// - Throws: ``Failure`` if the folder holds something else, or cannot be written.
  public func keep(_ task: any ClassificationTask, _ sets: [(split: Split, images: ImageSet)]) throws {
    let description = Description(
      task: task.name, classNames: task.classNames, template: task.template, domainTemplate: task.domainTemplate,
      isOfEmbeddedWorld: task.isOfEmbeddedWorld,
      images: Dictionary(uniqueKeysWithValues: sets.map { ($0.split.rawValue, $0.images.count) }))
    try Folder.make(folder)
    let lock = try FileLock.waiting(in: folder, name: "lock")
    try withExtendedLifetime(lock) {
      if let known = try KeptJSON.value(Description.self, in: descriptionPath) {
        if let difference = Self.difference(known, description) {
          throw Failure.usage("\(path) holds features of other images (\(difference)); choose another --out")
        }
      } else {
        let names = try Folder.names(in: folder).filter { $0 != "lock" && !$0.hasSuffix(".partial") }
        let foreign = names.first { $0.wholeMatch(of: /(train|val|test)(\.[0-9a-f]{16})?\.safetensors/) == nil }
        if let foreign {
          throw Failure.usage("\(path) is not empty and holds no features (\(foreign) is there); choose another --out")
        }
      }
      for (split, images) in sets { try keep(images, as: split) }
      try KeptJSON.write(description, to: descriptionPath)
    }
  }

  /// Where two folders' contents differ; nil where they do not.
  private static func difference(_ known: Description, _ new: Description) -> String? {
    if known == new { return nil }
    if known.task != new.task { return "of \(known.task), now \(new.task)" }
    for split in Split.allCases where known.images[split.rawValue] != new.images[split.rawValue] {
      let (before, now) = (known.images[split.rawValue] ?? 0, new.images[split.rawValue] ?? 0)
      return "\(before) of \(split.rawValue), now \(now)"
    }
    return known.classNames != new.classNames ? "other classes" : "another template"
  }

  private func keep(_ images: ImageSet, as split: Split) throws {
    let path = listPath(split)
    let digest = try Self.digest(of: images, split)
    let data = try SafeTensorsWriter.encode(
      [SafeTensorsEntry("labels", shape: [images.count], integers: images.labels.map(Int32.init))]
        + (try ImageNames.entries(images.names)), metadata: [Self.digestKey: digest], checksum: true)
    guard FileManager.default.fileExists(atPath: path) else { return try AtomicFile.write(data, to: path) }
    guard try RegularFile.contents(of: path, limit: .max) == data else {
      throw Failure.usage(
        "\(self.path) holds features of other images (names, labels or contents in \(split.rawValue) differ), or \(path) is "
          + "damaged; choose another --out")
    }
  }

  private static func digest(of images: ImageSet, _ split: Split) throws -> String {
    let size = 256
    let hashes = try Parallel.map((images.count + size - 1) / size) { piece in
      try (piece * size..<min((piece + 1) * size, images.count)).flatMap { index in
        let hash = try images.contentHash(at: index)
        return [hash.high, hash.low, UInt64(images.labels[index])]
      }
    }.flatMap { $0 }
    return ContentHash(of: "\(split.rawValue) \(ContentHash(of: hashes).digits)").digits
  }
}
