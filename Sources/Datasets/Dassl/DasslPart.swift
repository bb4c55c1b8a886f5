import Foundation

/// A file or folder that has to lie in the folder of a data set.
struct DasslPart: Sendable {
  /// Below the folder of the data set.
  let path: String
  /// Whether it is a folder.
  let isFolder: Bool
  /// What it is, and where it comes from.
  let about: String

  static func folder(_ path: String, _ about: String) -> DasslPart {
    DasslPart(path: path, isFolder: true, about: about)
  }

  static func file(_ path: String, _ about: String) -> DasslPart {
    DasslPart(path: path, isFolder: false, about: about)
  }

  /// Whether it is in a folder.
  func isThere(in folder: String) -> Bool {
    let path = "\(folder)/\(path)"
    return isFolder ? Directory.exists(path) : access(path, F_OK) == 0
  }
}
