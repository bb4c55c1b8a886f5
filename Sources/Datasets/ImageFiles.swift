import Basics
import Foundation

/// Image files that a user names.
public enum ImageFiles {
  /// The paths of images: of each directory all that are below it, known by their extension (jpg, jpeg, png, webp), and files
  /// as they are given; in the order of the paths' bytes.
  ///
  /// - Throws: ``Failure`` naming a path that is not there, or a directory without images.
  public static func paths(_ given: [String]) throws -> [String] {
    try given.flatMap { path in
      let path = Folder.expanded(path)
      guard Directory.exists(path) else {
        guard FileManager.default.fileExists(atPath: path) else {
          throw Failure("there is no file or directory \(path)")
        }
        return [path]
      }
      let found = try below(path)
      guard !found.isEmpty else { throw Failure("\(path) has no images (.jpg, .jpeg, .png or .webp)") }
      return found
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func below(_ path: String) throws -> [String] {
    let directory = try Directory(path)
    let folders = directory.folders
    let inside = Set(folders)
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    return directory.entries.filter { !inside.contains($0) && ClassFolders.isImage($0) }.map { "\(base)/\($0)" }
      + (try folders.flatMap { try below("\(base)/\($0)") })
  }
}
