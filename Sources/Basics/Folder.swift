import Foundation

/// Folders for results.
public enum Folder {
  /// Makes a folder and those above it, unless they are there.
  ///
  /// - Throws: ``Failure`` naming the folder and the system's reason.
  public static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      // Foundation's own text says less than the system's.
      throw Failure("cannot make the folder \(path): \(String(cString: strerror(errno)))")
    }
  }
}
