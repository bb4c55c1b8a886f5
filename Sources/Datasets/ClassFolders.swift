import Basics
import Foundation

/// A directory with a folder for each class, and the images in each.
struct ClassFolders {
  /// What the names of image files end with, in small letters.
  static let extensions: Set<String> = ["jpg", "jpeg", "png", "webp"]

  let path: String
  /// Names of the class folders, sorted.
  let folders: [String]
  /// Paths of each class's images, sorted; at least one.
  let images: [[String]]
  /// Paths of what is not an image, by its name.
  let ignored: [String]

  /// - Throws: ``Failure`` when there are fewer than two class folders, or one has no image.
  init(_ path: String) throws {
    let directory = try Directory(path)
    let folders = directory.folders
    guard let first = folders.first else {
      throw Failure(
        "\(path) has no class folders: images are expected as \(path)/CLASS/*.jpg (or .jpeg, .png, .webp), "
          + "with or without train/ and test/ before CLASS")
    }
    guard folders.count > 1 else {
      throw Failure(
        "\(path) has the folder \(first) only, and a task needs two classes or more: is it \(path)/\(first)?")
    }
    var images: [[String]] = []
    let classFolders = Set(folders)
    var ignored = directory.entries.filter { !classFolders.contains($0) }.map { "\(path)/\($0)" }
    for folder in folders {
      let paths = try Directory("\(path)/\(folder)").entries.map { "\(path)/\(folder)/\($0)" }
      let found = paths.filter(Self.isImage)
      guard !found.isEmpty else {
        throw Failure("the class folder \(path)/\(folder) has no images (.jpg, .jpeg, .png or .webp)")
      }
      images.append(found)
      ignored += paths.filter { !Self.isImage($0) }
    }
    self.path = path
    self.folders = folders
    self.images = images
    self.ignored = ignored
  }

  /// - Throws: ``Failure`` naming the classes that only one of the two has.
  func requireSameClasses(as other: ClassFolders) throws {
    try Self.requireSameClasses((path, folders), (other.path, other.folders))
  }

  /// The same of any two directories with the names of their class folders.
  static func requireSameClasses(
    _ one: (path: String, folders: [String]), _ other: (path: String, folders: [String])
  ) throws {
    guard one.folders != other.folders else { return }
    func only(in one: (path: String, folders: [String]), not other: (path: String, folders: [String])) -> String? {
      let others = Set(other.folders)
      let names = one.folders.filter { !others.contains($0) }
      guard !names.isEmpty else { return nil }
      let rest = names.count > 5 ? " and \(names.count - 5) more" : ""
      return "only \(one.path) has \(names.prefix(5).joined(separator: ", "))\(rest)"
    }
    let differences = [only(in: one, not: other), only(in: other, not: one)].compactMap { $0 }
    throw Failure("the class folders of \(one.path) and \(other.path) differ: \(differences.joined(separator: "; "))")
  }

  /// Whether a name is one of an image file.
  static func isImage(_ path: String) -> Bool {
    guard let dot = path.lastIndex(of: ".") else { return false }
    return extensions.contains(path[path.index(after: dot)...].lowercased())
  }
}
