import Basics
import CZlib
import SafeTensors

/// A zip archive whose files are stored as they are, which is how PyTorch writes its own; also one of more than 4 GB (zip64).
///
/// The directory at its end is read and checked against the file's length; a file's bytes are checked against their CRC-32 when they
/// are asked for.
struct ZipArchive: Sendable {
  /// What every zip archive begins with, if there is a file in it.
  static let magic = Array("PK\u{3}\u{4}".utf8)

  private let file: MappedFile
  private let entries: [String: ZipEntry]

  /// - Throws: ``Failure`` naming the file and what is damaged in it.
  init(_ file: MappedFile) throws {
    self.file = file
    entries = try Directory(of: file).entries
  }

  /// The names of all files in it.
  var names: [String] { entries.keys.sorted() }

  /// Where the bytes of a file lie, which are those of its CRC-32; nil if there is none of this name.
  ///
  /// - Throws: ``Failure`` if it is compressed or encrypted, or damaged.
  func range(of name: String) throws -> Range<Int>? {
    guard let entry = entries[name] else { return nil }
    let what = "\(file.path): \(Spelling.quoted(name)) in the archive"
    guard entry.method == 0, !entry.isEncrypted else {
      throw Failure(
        "\(what) is \(entry.isEncrypted ? "encrypted" : "compressed (method \(entry.method))"); PyTorch stores its files as "
          + "they are, so this archive was packed by another program")
    }
    var header = try cursor(entry.header, ZipForm.localHeaderSize, what)
    guard try header.integer(UInt32.self) == ZipForm.localHeader else {
      throw Failure("\(what) is damaged: no header at byte \(entry.header)")
    }
    try header.skip(22)
    let lengths = (Int(try header.integer(UInt16.self)), Int(try header.integer(UInt16.self)))
    let ownName = try cursor(entry.header + ZipForm.localHeaderSize, lengths.0, what).bytes
    guard ownName.elementsEqual(name.utf8) else {
      throw Failure(
        "\(what) has another name in its own header, \(Spelling.quoted(String(decoding: ownName, as: UTF8.self)))")
    }
    let start = entry.header + ZipForm.localHeaderSize + lengths.0 + lengths.1
    guard start <= file.size, entry.size <= file.size - start else {
      throw Failure("\(what) has \(entry.size) bytes from byte \(start), the file \(file.size) (truncated?)")
    }
    let found = try file.withUnsafeBytes(start..<start + entry.size) { ZipForm.checksum($0) }
    guard found == entry.checksum else { throw Failure("\(what) is damaged: its bytes do not match its CRC-32") }
    return start..<start + entry.size
  }

  private func cursor(_ start: Int, _ count: Int, _ origin: String) throws -> ByteCursor {
    guard start >= 0, start <= file.size, count <= file.size - start else {
      throw Failure("\(origin) begins at byte \(start), but the file has \(file.size) (truncated?)")
    }
    return ByteCursor(try file.withUnsafeBytes(start..<start + count) { [UInt8]($0) }, origin: origin)
  }
}

/// The directory at the end of an archive.
private struct Directory {
  /// The largest that is read: 100,000 files and more.
  static let largest = 16 << 20

  private(set) var entries: [String: ZipEntry] = [:]

  init(of file: MappedFile) throws {
    let (start, size) = try Self.place(in: file)
    guard size <= Self.largest else {
      throw Failure(
        "\(file.path): the directory of the zip archive has \(size) bytes, at most \(Self.largest) are read")
    }
    guard start >= 0, start <= file.size, size <= file.size - start else {
      throw Failure("\(file.path): the directory of the zip archive should lie at byte \(start), beyond the file's end")
    }
    var cursor = ByteCursor(
      try file.withUnsafeBytes(start..<start + size) { [UInt8]($0) },
      origin: "\(file.path), directory of the zip archive")
    while cursor.position < size {
      let (name, entry) = try Self.entry(&cursor)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw Failure("\(file.path): the archive has two files \(Spelling.quoted(name))")
      }
    }
  }

  /// Where the directory begins, and how many bytes it has.
  private static func place(in file: MappedFile) throws -> (start: Int, size: Int) {
    let tailSize = min(file.size, ZipForm.endSize + 0xFFFF)
    let tail = try file.withUnsafeBytes(file.size - tailSize..<file.size) { [UInt8]($0) }
    let signature = ZipForm.bytes(ZipForm.end)
    let last = stride(from: tailSize - ZipForm.endSize, through: 0, by: -1).first { start in
      guard tail[start..<start + 4].elementsEqual(signature) else { return false }
      // The comment behind it reaches to the end of the file.
      return Int(tail[start + 20]) + Int(tail[start + 21]) << 8 == tailSize - start - ZipForm.endSize
    }
    guard let last else {
      throw Failure("\(file.path): a zip archive without its directory (truncated?)")
    }
    var end = ByteCursor(tail, origin: "\(file.path), end of the zip archive")
    end.position = last + 12
    let (size, start) = (Int(try end.integer(UInt32.self)), Int(try end.integer(UInt32.self)))
    let locator = last - ZipForm.locatorSize
    guard locator >= 0, tail[locator..<locator + 4].elementsEqual(ZipForm.bytes(ZipForm.locator)) else {
      return (start, size)
    }
    end.position = locator + 8
    guard let record = Int(exactly: try end.integer(UInt64.self)), record <= file.size,
      ZipForm.largeEndSize <= file.size - record
    else { throw end.failure("its large directory lies beyond the file's end") }
    var large = ByteCursor(
      try file.withUnsafeBytes(record..<record + ZipForm.largeEndSize) { [UInt8]($0) },
      origin: "\(file.path), end of the zip archive")
    guard try large.integer(UInt32.self) == ZipForm.largeEnd else {
      throw large.failure("no record of a large directory at byte \(record)")
    }
    large.position = 40
    guard let largeSize = Int(exactly: try large.integer(UInt64.self)),
      let largeStart = Int(exactly: try large.integer(UInt64.self))
    else { throw large.failure("a directory of more than \(Int.max) bytes") }
    return (largeStart, largeSize)
  }

  private static func entry(_ cursor: inout ByteCursor) throws -> (String, ZipEntry) {
    guard try cursor.integer(UInt32.self) == ZipForm.directoryEntry else {
      throw cursor.failure("no entry where one should be")
    }
    try cursor.skip(4)
    let flags = try cursor.integer(UInt16.self)
    let method = Int(try cursor.integer(UInt16.self))
    try cursor.skip(4)
    let checksum = try cursor.integer(UInt32.self)
    let packed = UInt64(try cursor.integer(UInt32.self))
    var numbers = [UInt64(try cursor.integer(UInt32.self)), packed]
    let lengths = [try cursor.integer(UInt16.self), try cursor.integer(UInt16.self), try cursor.integer(UInt16.self)]
      .map(Int.init)
    try cursor.skip(8)
    numbers.append(UInt64(try cursor.integer(UInt32.self)))
    guard let name = String(validating: try cursor.take(lengths[0]), as: UTF8.self) else {
      throw cursor.failure("a name that is not UTF-8")
    }
    let extra = Array(try cursor.take(lengths[1]))
    try cursor.skip(lengths[2])
    // Numbers that do not fit are in an extra field, in this order and only these.
    var large = try ZipForm.largeNumbers(in: extra, origin: cursor.origin)
    for index in numbers.indices where numbers[index] == UInt64(UInt32.max) && !large.isEmpty {
      numbers[index] = large.removeFirst()
    }
    // How large it becomes, how large it is here, and where.
    guard let size = Int(exactly: numbers[1]), let header = Int(exactly: numbers[2]) else {
      throw cursor.failure("\(Spelling.quoted(name)) has more than \(Int.max) bytes")
    }
    guard method != 0 || numbers[0] == numbers[1] else {
      throw cursor.failure("\(Spelling.quoted(name)) is stored as it is, but has two sizes")
    }
    return (
      name,
      ZipEntry(method: method, isEncrypted: flags & 1 != 0, checksum: checksum, size: size, header: header)
    )
  }
}
