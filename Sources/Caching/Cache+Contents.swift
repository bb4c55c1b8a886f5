import Basics
import Foundation
import SafeTensors

extension Cache {
  /// Rows that depend on the same things.
  public struct Entry: Codable, Equatable, Sendable {
    /// What they are.
    public let kind: Kind
    /// What they depend on, for people; empty where no file can be read.
    public let about: String
    /// How many there are.
    public let rows: Int
    /// What their files take.
    public let bytes: Int
    /// When a row was last found or written.
    public let lastUsed: Date
  }

  /// What is there, the kinds in their order, in each what was used last in front.
  public func entries() -> [Entry] {
    Kind.allCases.flatMap { kind in
      folders(of: kind).map { Self.entry(kind, $0) }.sorted { $0.lastUsed > $1.lastUsed }
    }
  }

  /// Removes everything, or everything of a kind; processes that read it keep what they have opened.
  ///
  /// Nothing is removed but what a cache writes.
  ///
  /// - Returns: How many bytes were freed.
  /// - Throws: ``Failure`` naming the first file that cannot be removed.
  public func clear(_ kind: Kind? = nil) throws -> Int {
    var freed = 0
    for kind in kind.map({ [$0] }) ?? Kind.allCases {
      for folder in folders(of: kind) {
        for name in Self.ownFiles(in: folder) {
          let path = "\(folder)/\(name)"
          let size = Self.size(path)
          guard unlink(path) == 0 || errno == ENOENT else {
            throw Failure("cannot remove \(path): \(String(cString: strerror(errno)))")
          }
          freed += size
        }
        // Stays where another process has just written, or somebody else's files are.
        rmdir(folder)
      }
      rmdir(self.folder(of: kind))
    }
    return freed
  }

  private func folders(of kind: Kind) -> [String] {
    let folder = folder(of: kind)
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      .filter { $0.count == 32 && $0.allSatisfy(\.isHexDigit) }.map { "\(folder)/\($0)" }
  }

  /// Files of rows, and what a killed process left of one.
  private static func ownFiles(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(RowCache.fileExtension) || $0.hasSuffix(AtomicFile.temporaryExtension) }
  }

  private static func entry(_ kind: Kind, _ folder: String) -> Entry {
    let files = RowCache.files(in: folder).compactMap { try? SafeTensorsFile(path: "\(folder)/\($0)") }
    var status = stat()
    let time = stat(folder, &status) == 0 ? status.st_mtim : timespec()
    return Entry(
      kind: kind, about: files.lazy.compactMap { $0.metadata[RowCache.aboutKey] }.first ?? "",
      rows: files.reduce(0) { $0 + ((try? $1.info(RowCache.rowsName).shape.first) ?? 0) },
      bytes: ownFiles(in: folder).reduce(0) { $0 + size("\(folder)/\($1)") },
      lastUsed: Date(timeIntervalSince1970: Double(time.tv_sec)))
  }

  private static func size(_ path: String) -> Int {
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
