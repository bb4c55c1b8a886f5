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
  ///
  /// - Throws: ``Failure`` naming the first folder that cannot be read.
  public func entries() throws -> [Entry] {
    try Kind.allCases.flatMap { kind in
      try folders(of: kind).map { try Self.entry(kind, $0) }.sorted { $0.lastUsed > $1.lastUsed }
    }
  }

  /// Removes everything, or everything of a kind; processes that read it keep what they have opened.
  ///
  /// Nothing is removed but what a cache writes.
  ///
  /// - Returns: How many bytes were freed.
  /// - Throws: ``Failure`` naming the first folder that cannot be read, or file that cannot be removed.
  public func clear(_ kind: Kind? = nil) throws -> Int {
    var freed = 0
    for kind in kind.map({ [$0] }) ?? Kind.allCases {
      for folder in try folders(of: kind) {
        for name in try Self.ownFiles(in: folder) {
          let path = "\(folder)/\(name)"
          let size = Self.size(path)
          guard unlink(path) == 0 || errno == ENOENT else {
            throw Failure("cannot remove \(path): \(String(cString: strerror(errno)))")
          }
          freed += size
        }
        // A folder that is not empty stays: another process has just written to it, or it has files of somebody else.
        rmdir(folder)
      }
      rmdir(self.folder(of: kind))
    }
    return freed
  }

  /// Folders that a cache made; a link is none.
  private func folders(of kind: Kind) throws -> [String] {
    let folder = folder(of: kind)
    return try Folder.names(in: folder).filter { $0.firstMatch(of: /^[0-9a-f]{32}$/) != nil }
      .map { "\(folder)/\($0)" }.filter { Self.status($0).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }
  }

  /// Files of rows, and what a killed process left of one.
  private static func ownFiles(in folder: String) throws -> [String] {
    try Folder.names(in: folder).filter(RowCache.isName)
  }

  private static func entry(_ kind: Kind, _ folder: String) throws -> Entry {
    let files = RowCache.files(in: folder).compactMap { try? SafeTensorsFile(path: "\(folder)/\($0)") }
    return Entry(
      kind: kind, about: files.lazy.compactMap { $0.metadata[RowCache.aboutKey] }.first ?? "",
      rows: files.reduce(0) { $0 + ((try? $1.info(RowCache.indexName).byteRange.count) ?? 0) / RowCache.indexSize },
      bytes: try ownFiles(in: folder).reduce(0) { $0 + size("\(folder)/\($1)") },
      lastUsed: Date(timeIntervalSince1970: Double(status(folder)?.st_mtim.tv_sec ?? 0)))
  }

  private static func size(_ path: String) -> Int { Int(status(path)?.st_size ?? 0) }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }
}
