import Foundation

/// Folders for results.
public enum Folder {
  /// Makes a folder and those above it, unless they are there.
  ///
  /// - Throws: ``Failure`` naming the folder and the system's reason.
  public static func make(_ path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      throw Failure("cannot make the folder \(path): a file of that name is there")
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      // Foundation's own text says less than the system's.
      throw Failure("cannot make the folder \(path): \(String(cString: strerror(errno)))")
    }
  }
}
