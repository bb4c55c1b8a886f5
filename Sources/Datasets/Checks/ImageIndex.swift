import Basics
import Foundation

/// The hashes of image files that could be decoded, by path, size and modification time: a million files need not be read again to be
/// known.
///
/// The file is a line, records of six 64-bit words in the order of the hashes of paths, and a hash of the records; one that is
/// damaged is as good as none.
struct ImageIndex: Sendable {
  /// How a file was when it was read.
  struct Stamp: Equatable, Sendable {
    let size: UInt64
    /// Nanoseconds.
    let time: UInt64

    /// Nil for what is no file.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      size = UInt64(status.st_size)
      time = UInt64(bitPattern: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    }

    init(size: UInt64, time: UInt64) { (self.size, self.time) = (size, time) }

    /// Whether the file could be changed once more without another time.
    var isRecent: Bool {
      Int64(bitPattern: time) > Int64((Date().timeIntervalSince1970 - 2) * 1e9)
    }
  }

  struct Entry: Equatable, Sendable {
    let stamp: Stamp
    let hash: ContentHash
  }

  private static let header = Array("rpp image index 1\n".utf8)
  private static let words = 6
  private var records: [UInt64] = []

  private var count: Int { records.count / Self.words }

  /// An empty index.
  init() {}

  /// The index in a file; an empty one if there is none.
  init(_ path: String) {
    guard let bytes = try? RegularFile.contents(of: path, limit: .max), bytes.starts(with: Self.header),
      case let body = bytes.count - Self.header.count - 16, body >= 0, body % (Self.words * 8) == 0
    else { return }
    let read = bytes.withUnsafeBytes { raw in
      (0..<body / 8 + 2).map {
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: Self.header.count + $0 * 8, as: UInt64.self))
      }
    }
    let check = ContentHash(high: read[read.count - 2], low: read[read.count - 1])
    records = Array(read.dropLast(2))
    if ContentHash(of: records) != check { records = [] }
  }

  /// What is known of the file at a path.
  func entry(_ path: String) -> Entry? {
    let key = ContentHash(of: path)
    var range = 0..<count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let found = (records[middle * Self.words], records[middle * Self.words + 1])
      if found == (key.high, key.low) { return entry(at: middle) }
      range = found < (key.high, key.low) ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  private func entry(at place: Int) -> Entry {
    let words = Array(records[place * Self.words..<(place + 1) * Self.words])
    return Entry(
      stamp: Stamp(size: words[2], time: words[3]), hash: ContentHash(high: words[4], low: words[5]))
  }

  /// With more entries, which take the place of older ones of the same files.
  func adding(_ entries: [(path: String, entry: Entry)]) -> ImageIndex {
    var added: [(ContentHash, Entry)] = entries.map { (ContentHash(of: $0.path), $0.entry) }
    added.sort { ($0.0.high, $0.0.low) < ($1.0.high, $1.0.low) }
    var merged: [UInt64] = []
    merged.reserveCapacity(records.count + added.count * Self.words)
    var place = 0
    func key(_ place: Int) -> (UInt64, UInt64) { (records[place * Self.words], records[place * Self.words + 1]) }
    for (hash, entry) in added {
      while place < count, key(place) < (hash.high, hash.low) {
        merged += records[place * Self.words..<(place + 1) * Self.words]
        place += 1
      }
      if place < count, key(place) == (hash.high, hash.low) { place += 1 }
      merged += [
        hash.high, hash.low, entry.stamp.size, entry.stamp.time, entry.hash.high, entry.hash.low,
      ]
    }
    merged += records[(place * Self.words)...]
    var index = self
    index.records = merged
    return index
  }

  /// Replaces the file at a path.
  func write(to path: String) throws {
    var data = Data(Self.header)
    records.withUnsafeBytes { data.append(contentsOf: $0) }
    let check = ContentHash(of: records)
    for word in [check.high, check.low] { withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) } }
    try AtomicFile.write(data, to: path)
  }
}
