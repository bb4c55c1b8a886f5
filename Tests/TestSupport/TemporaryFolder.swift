import Foundation

/// A folder that is gone with its last user.
public final class TemporaryFolder: Sendable {
  /// The folder.
  public let path: String

  /// An empty folder of its own.
  public init() throws {
    path = "\(FileManager.default.temporaryDirectory.path)/rpp-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Paths of all files below, sorted.
  public var files: [String] {
    let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return below.map { "\(path)/\($0)" }.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  /// Whether a file or folder of this name is in it.
  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  /// What a file holds.
  public func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }

  /// What a file holds, as text.
  public func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// An empty file, open for writing.
  public func handle(_ name: String) throws -> FileHandle {
    FileHandle(forWritingAtPath: try write("", to: name))!
  }

  /// Writes a file, and the folders above it, and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String { try write(Data(text.utf8), to: name) }

  /// Writes a file, and the folders above it, and returns its path.
  @discardableResult
  public func write(_ data: Data, to name: String) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    return url.path
  }
}
