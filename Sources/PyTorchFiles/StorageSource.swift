import Basics

/// Where a file keeps the elements of its storages.
enum StorageSource: Sendable {
  /// As `PREFIX/data/KEY` in the archive.
  case archive(ZipArchive, prefix: String)
  /// Behind the pickles of the older form: bytes by key.
  case places([String: Range<Int>])

  /// The bytes of a storage in the file.
  ///
  /// - Throws: ``Failure`` if there are none, or fewer than it needs.
  func range(of storage: PickledStorage, origin: String) throws -> Range<Int> {
    let range =
      switch self {
      case .archive(let archive, let prefix): try archive.range(of: "\(prefix)data/\(storage.key)")
      case .places(let places): places[storage.key]
      }
    let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.dtype.size)
    guard let range, !overflow, range.count >= needed else {
      throw Failure(
        "\(origin): the storage \(Spelling.quoted(storage.key)) should have \(storage.count) elements of "
          + "\(storage.dtype.rawValue), " + (range.map { "but has \($0.count) bytes" } ?? "but is not there"))
    }
    return range.lowerBound..<range.lowerBound + needed
  }
}
