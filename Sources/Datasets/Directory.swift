import Basics
import Foundation

/// A directory's entries in the order of their names' bytes, which no locale and no file system changes.
struct Directory {
  let path: String
  /// Names of everything that is not hidden.
  let entries: [String]

  /// - Throws: ``Failure`` naming the path when it is no directory or cannot be read.
  init(_ path: String) throws {
    self.path = path
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Failure("there is no directory \(path)")
    }
    guard isDirectory.boolValue else {
      throw Failure("\(path) is a file, where a directory of class folders is wanted")
    }
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw Failure("\(path) cannot be listed: \(error.localizedDescription)")
    }
    // An entry whose name is not UTF-8 would be listed with replacement characters and could not be opened.
    if let name = entries.first(where: { $0.contains("\u{FFFD}") }) {
      throw Failure("\(path)/\(name): the name is not UTF-8; rename it")
    }
  }

  /// Names of the directories in it, links to directories among them.
  var folders: [String] { entries.filter { Self.exists("\(path)/\($0)") } }

  /// Whether there is a directory at the path.
  static func exists(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
