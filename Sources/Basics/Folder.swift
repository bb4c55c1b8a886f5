import Foundation

/// Folders and paths.
public enum Folder {
  /// A path as files are opened by it: `~` stands for the home directory, and slashes at the end are none.
  public static func expanded(_ path: String) -> String {
    var path = path
    // As shells have it, where a user's entry may say something else.
    if let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty, path == "~" || path.hasPrefix("~/") {
      path = home + path.dropFirst()
    } else if path.hasPrefix("~") {
      path = (path as NSString).expandingTildeInPath
    }
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// An ``expanded(_:)`` path made independent of the folder in which a command was given.
  public static func wholePath(_ path: String) -> String {
    let path = expanded(path)
    // Relative to no path, `..` would be lost.
    let base = path.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
    return URL(fileURLWithPath: base + path).standardized.path
  }

  /// The names of what is in a folder, sorted; none if there is no such folder.
  ///
  /// - Throws: ``Failure`` naming the folder and the system's reason.
  public static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw Failure("cannot read the folder \(path): \(String(cString: strerror(errno)))")
    }
    closedir(folder)
    // None if the folder has been removed since.
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// Whether a folder may become that of new work, whose record and lock, as a killed process leaves them, do not count.
  ///
  /// - Parameters:
  ///   - record: The name of the file that says what the folder holds.
  ///   - what: What it would hold: `comparison`.
  /// - Throws: a usage ``Failure`` if there is something else in it.
  public static func requireFree(_ path: String, record: String, lock: String, what: String) throws {
    let names = try names(in: path).filter {
      $0 != lock && !($0.hasPrefix(record) && $0.hasSuffix(AtomicFile.temporaryExtension))
    }
    guard names.isEmpty else {
      throw Failure.usage("\(path) is not empty and holds no \(what) (\(names[0]) is there); choose another --out")
    }
  }

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
