import Basics
import Foundation

/// The class folders of a directory with the images in each, as published readers list them: hidden entries are passed over.
///
/// Names of images are in the order of their bytes. The published code takes them in the order in which the file system lists
/// them, which is another one on every disk; a copy of the data must give the same images here, unless a user asks for that order.
struct ImageFolders {
  let path: String
  /// Names of the folders.
  let folders: [String]
  /// Names of the images in each.
  let images: [PathList]
  /// How many entries of the folders are no images by their names, and the first of them.
  let ignored: (count: Int, first: String?)

  /// - Parameters:
  ///   - folders: Their names; nil for all there are, sorted.
  ///   - inDiskOrder: Whether the images of a folder are in the order in which the file system lists them.
  /// - Throws: ``Failure`` naming the folder that cannot be read or has no images.
  init(_ path: String, folders names: [String]? = nil, inDiskOrder: Bool = false) throws {
    let folders = try names ?? Self.sorted(Self.entries(of: path)).filter(\.isFolder).map(\.name)
    guard folders.count > 1 else {
      throw Failure(
        "\(path) has \(folders.isEmpty ? "no class folders" : "the class folder \(folders[0]) only"), and a task needs two "
          + "classes or more")
    }
    let listed = try Parallel.map(folders.count) { index in
      let folder = "\(path)/\(folders[index])"
      var (images, ignored) = (PathList(), [String]())
      let entries = try Self.entries(of: folder)
      for entry in inDiskOrder ? entries : Self.sorted(entries) {
        if ClassFolders.isImage(entry.name) {
          images.append(entry.name)
        } else {
          ignored.append("\(folder)/\(entry.name)")
        }
      }
      guard images.count > 0 else {
        throw Failure("the class folder \(folder) has no images (.jpg, .jpeg, .png or .webp)")
      }
      return (images: images, ignored: ignored)
    }
    self.path = path
    self.folders = folders
    images = listed.map(\.images)
    ignored = (listed.reduce(0) { $0 + $1.ignored.count }, listed.lazy.compactMap(\.ignored.first).first)
  }

  private static func sorted(_ entries: [(name: String, isFolder: Bool)]) -> [(name: String, isFolder: Bool)] {
    entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// What is in a folder and not hidden, as the file system lists it.
  private static func entries(of path: String) throws -> [(name: String, isFolder: Bool)] {
    guard let folder = opendir(path) else {
      throw Failure("cannot read the folder \(path): \(String(cString: strerror(errno)))")
    }
    defer { closedir(folder) }
    var entries: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(folder) {
      let kind = Int32(entry.pointee.d_type)
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Another name could not be opened again by its text.
      guard let name else { throw Failure("\(path) has an entry whose name is not UTF-8; rename it") }
      guard !name.hasPrefix(".") else { continue }
      // Links are followed.
      let isUnknown = kind == Int32(DT_LNK) || kind == Int32(DT_UNKNOWN)
      entries.append((name, isUnknown ? Directory.exists("\(path)/\(name)") : kind == Int32(DT_DIR)))
    }
    return entries
  }
}
