import Basics
import SafeTensors
import Synchronization

/// A file of a ``RowCache``, mapped into memory.
final class RowFile: Sendable {
  /// What its rows are found by, in order.
  let hashes: [ContentHash]
  private let checks: [ContentHash]
  private let file: SafeTensorsFile
  private let key: ContentHash
  private let rowSize: Int
  private let cache: Cache
  private let isDamaged = Mutex(false)

  /// - Throws: ``Failure`` if the file is not what ``RowCache`` writes.
  init(_ path: String, key: ContentHash, shape: [Int], dtype: DType, cache: Cache) throws {
    file = try SafeTensorsFile(path: path)
    self.key = key
    self.cache = cache
    let (rows, index) = (try file.info(RowCache.rowsName), try file.info(RowCache.indexName))
    let count = index.shape.first ?? 0
    guard rows.dtype == dtype, rows.shape == [count] + shape, index.dtype == .uint8,
      index.shape == [count, RowCache.indexSize]
    else { throw Failure("\(path): not the rows that belong here") }
    rowSize = rows.byteRange.count / max(count, 1)
    let words = try file.withUnsafeBytes(of: RowCache.indexName) { bytes in
      (0..<count * 4).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    }
    hashes = (0..<count).map { ContentHash(high: words[$0 * 4], low: words[$0 * 4 + 1]) }
    checks = (0..<count).map { ContentHash(high: words[$0 * 4 + 2], low: words[$0 * 4 + 3]) }
  }

  /// What `body` makes of a row's bytes; nil if they are damaged, whereupon the file is removed.
  func withRow<Result>(_ position: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    let result = try? file.withUnsafeBytes(of: RowCache.rowsName) { bytes in
      let row = UnsafeRawBufferPointer(rebasing: bytes[position * rowSize..<(position + 1) * rowSize])
      return CachedRow.check(row, hashes[position], key) == checks[position] ? body(row) : nil
    }
    if let result { return result }
    let isFirst = isDamaged.withLock { wasDamaged in
      defer { wasDamaged = true }
      return !wasDamaged
    }
    if isFirst { cache.remove(damaged: file.path) }
    return nil
  }
}

/// A row in a file of a ``RowCache``, read when it is asked for.
public struct CachedRow: Sendable {
  let file: RowFile
  let position: Int

  /// The row's bytes; nil if they are damaged.
  public var bytes: [UInt8]? { file.withRow(position) { Array($0) } }

  /// The row as floats; nil if it is damaged.
  public var floats: [Float]? {
    file.withRow(position) { bytes in
      [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
        count = bytes.count / 4
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      }
    }
  }

  /// What a row's bytes are checked against.
  static func check(_ row: UnsafeRawBufferPointer, _ hash: ContentHash, _ key: ContentHash) -> ContentHash {
    // Seeded, so that it holds only for the row that is found by this hash among those that depend on the same things.
    ContentHash(of: row, seed: ContentHash(of: [hash.high, hash.low, key.high, key.low]).low)
  }
}
