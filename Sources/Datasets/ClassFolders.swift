import Basics
import Foundation

/// A directory with a folder for each class, and the pictures in each.
struct ClassFolders {
  /// What the names of picture files end with, in small letters.
  static let pictureExtensions: Set<String> = ["jpg", "jpeg", "png", "webp"]

  let path: String
  /// Names of the class folders, sorted.
  let folders: [String]
  /// Paths of each class's pictures, sorted; at least one.
  let pictures: [[String]]
  /// Paths of what is not a picture, by its name.
  let ignored: [String]

  /// - Throws: ``Failure`` when there are fewer than two class folders, or one has no picture.
  init(_ path: String) throws {
    let directory = try Directory(path)
    let folders = directory.folders
    guard let first = folders.first else {
      throw Failure(
        "\(path) has no class folders: pictures are expected as \(path)/CLASS/*.jpg (or .jpeg, .png, .webp), "
          + "with or without train/ and test/ before CLASS")
    }
    guard folders.count > 1 else {
      throw Failure(
        "\(path) has the folder \(first) only, and a task needs two classes or more: is it \(path)/\(first)?")
    }
    var pictures: [[String]] = []
    let classFolders = Set(folders)
    var ignored = directory.entries.filter { !classFolders.contains($0) }.map { "\(path)/\($0)" }
    for folder in folders {
      let paths = try Directory("\(path)/\(folder)").entries.map { "\(path)/\(folder)/\($0)" }
      let found = paths.filter(Self.isPicture)
      guard !found.isEmpty else {
        throw Failure("the class folder \(path)/\(folder) has no pictures (.jpg, .jpeg, .png or .webp)")
      }
      pictures.append(found)
      ignored += paths.filter { !Self.isPicture($0) }
    }
    self.path = path
    self.folders = folders
    self.pictures = pictures
    self.ignored = ignored
  }

  /// - Throws: ``Failure`` naming the classes that only one of the two has.
  func requireSameClasses(as other: ClassFolders) throws {
    guard folders != other.folders else { return }
    func only(in one: ClassFolders, not other: ClassFolders) -> String? {
      let others = Set(other.folders)
      let names = one.folders.filter { !others.contains($0) }
      guard !names.isEmpty else { return nil }
      let rest = names.count > 5 ? " and \(names.count - 5) more" : ""
      return "only \(one.path) has \(names.prefix(5).joined(separator: ", "))\(rest)"
    }
    let differences = [only(in: self, not: other), only(in: other, not: self)].compactMap { $0 }
    throw Failure("the class folders of \(path) and \(other.path) differ: \(differences.joined(separator: "; "))")
  }

  private static func isPicture(_ path: String) -> Bool {
    pictureExtensions.contains(URL(fileURLWithPath: path).pathExtension.lowercased())
  }
}
