import Basics
import Foundation
import SafeTensors

/// Rows of one shape, each found by the hash of what it was made from.
///
/// A file has the tensors `rows`, `[n, …]`, of 32-bit floats or, for images, bytes, and `index`, `[n, 32]` bytes: of each
/// row the hash that it is found by and a hash of its bytes, seeded by the first and by what all rows depend on. A row that
/// is asked for is checked against it, so that damage anywhere in a file is found where it would matter, without reading all
/// of a large file at the start.
/// A file's name is the hash of its index.
public struct RowCache: Sendable {
  /// How many rows a file has at most: what a killed process loses is less.
  public static let rowsPerFile = 256
  static let fileExtension = ".safetensors"
  static let (aboutKey, rowsName, indexName) = ("about", "rows", "index")
  static let indexSize = 32

  /// The folder of the files.
  public let folder: String
  private let key: ContentHash
  private let cache: Cache
  private let kind: Cache.Kind
  private let about: String
  private let shape: [Int]

  init(_ cache: Cache, key: ContentHash, kind: Cache.Kind, about: String, shape: [Int]) {
    self.cache = cache
    self.key = key
    folder = "\(cache.folder(of: kind))/\(key.digits)"
    self.kind = kind
    self.about = about
    self.shape = shape
  }

  /// The rows that are there of those wanted.
  public func find(_ wanted: Set<ContentHash>) -> [ContentHash: CachedRow] {
    var found: [ContentHash: CachedRow] = [:]
    for name in Self.files(in: folder) where found.count < wanted.count {
      guard let file = file(at: "\(folder)/\(name)") else { continue }
      for (position, hash) in file.hashes.enumerated() where wanted.contains(hash) && found[hash] == nil {
        found[hash] = CachedRow(file: file, position: position)
      }
    }
    // When it was last used.
    if !found.isEmpty { utimensat(AT_FDCWD, folder, nil, 0) }
    return found
  }

  /// Keeps rows of floats, one after the other, if the cache can be written.
  ///
  /// - Returns: Whether they are kept.
  @discardableResult
  public func keep(_ hashes: [ContentHash], floats: [Float]) -> Bool {
    floats.withUnsafeBytes { bytes in
      keep(hashes, SafeTensorsEntry(Self.rowsName, shape: [hashes.count] + shape, floats: floats), bytes)
    }
  }

  /// Keeps rows of bytes, one after the other, if the cache can be written.
  ///
  /// - Returns: Whether they are kept.
  @discardableResult
  public func keep(_ hashes: [ContentHash], bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      keep(hashes, SafeTensorsEntry(Self.rowsName, shape: [hashes.count] + shape, bytes: bytes), buffer)
    }
  }

  private func keep(_ hashes: [ContentHash], _ rows: SafeTensorsEntry, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let size = bytes.count / max(hashes.count, 1)
    var index: [UInt8] = []
    for (position, hash) in hashes.enumerated() {
      let row = UnsafeRawBufferPointer(rebasing: bytes[position * size..<(position + 1) * size])
      for part in [hash, CachedRow.check(row, hash, key)] {
        for word in [part.high, part.low] { withUnsafeBytes(of: word.littleEndian) { index += $0 } }
      }
    }
    let path = "\(folder)/\(ContentHash(of: index).digits)\(Self.fileExtension)"
    return cache.write {
      try Folder.make(folder)
      try SafeTensorsWriter.write(
        to: path,
        tensors: [rows, SafeTensorsEntry(Self.indexName, shape: [hashes.count, Self.indexSize], bytes: index)],
        metadata: [Self.aboutKey: about])
    }
  }

  /// Names of the files of rows in a folder, sorted; none if there is no such folder, or it cannot be read.
  static func files(in folder: String) -> [String] {
    ((try? Folder.names(in: folder)) ?? []).filter { isName($0) && $0.hasSuffix(fileExtension) }
  }

  /// Whether a file's name is one that a cache gives: of rows, or of rows that are being written.
  static func isName(_ name: String) -> Bool {
    name.firstMatch(of: /^[0-9a-f]{32}\.safetensors(\.[0-9]+\.[0-9]+\.partial)?$/) != nil
  }

  private func file(at path: String) -> RowFile? {
    // The file is gone, may not be read, or too many files are open: none of these means that it is damaged.
    guard Self.isReadable(path) else { return nil }
    do {
      return try RowFile(path, key: key, shape: shape, dtype: kind == .images ? .uint8 : .float32, cache: cache)
    } catch {
      if Self.isReadable(path) { cache.remove(damaged: path) }
      return nil
    }
  }

  private static func isReadable(_ path: String) -> Bool {
    guard let descriptor = try? RegularFile.open(path) else { return false }
    close(descriptor)
    return true
  }
}
