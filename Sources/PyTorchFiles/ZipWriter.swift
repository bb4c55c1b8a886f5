import Basics
import Foundation

/// Writes a zip archive as PyTorch does: files as they are, the bytes of each at a multiple of 64.
package struct ZipWriter {
  private static let alignment = 64
  /// 1 January 1980, the first day that a zip archive knows.
  private static let date: UInt16 = 0x21
  /// Names are UTF-8.
  private static let flags: UInt16 = 1 << 11

  private var data = Data()
  private var directory = Data()
  private var count: UInt16 = 0

  /// An empty archive.
  package init() {}

  /// Adds a file.
  ///
  /// - Throws: ``Failure`` if the archive gets too large for the plain form (4 GB, or 65,535 files).
  package mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    guard data.count + bytes.count < Int(UInt32.max) - 1 << 20, count < UInt16.max - 1 else {
      throw Failure("a checkpoint of more than 4 GB, or of more than 65,000 tensors, is not written")
    }
    let padding = Self.padding(at: data.count + ZipForm.localHeaderSize + name.utf8.count + 4)
    let offset = UInt32(data.count)
    let checksum = bytes.withUnsafeBytes { ZipForm.checksum($0) }
    // From the version that is needed to the length of the name, the same before the file and in the directory.
    var common = Data()
    common.append(contentsOf: ZipForm.bytes(UInt16(20)))
    common.append(contentsOf: ZipForm.bytes(Self.flags))
    common.append(contentsOf: ZipForm.bytes(UInt16(0)))
    common.append(contentsOf: ZipForm.bytes(UInt16(0)))
    common.append(contentsOf: ZipForm.bytes(Self.date))
    common.append(contentsOf: ZipForm.bytes(checksum))
    common.append(contentsOf: ZipForm.bytes(UInt32(bytes.count)))
    common.append(contentsOf: ZipForm.bytes(UInt32(bytes.count)))
    common.append(contentsOf: ZipForm.bytes(UInt16(name.utf8.count)))

    data.append(contentsOf: ZipForm.bytes(ZipForm.localHeader))
    data.append(common)
    data.append(contentsOf: ZipForm.bytes(UInt16(4 + padding)))
    data.append(contentsOf: name.utf8)
    // An extra field of zeros, under the letters that PyTorch gives it.
    data.append(contentsOf: Array("FB".utf8) + ZipForm.bytes(UInt16(padding)))
    data.append(Data(count: padding))
    data.append(contentsOf: bytes)

    directory.append(contentsOf: ZipForm.bytes(ZipForm.directoryEntry))
    directory.append(contentsOf: ZipForm.bytes(UInt16(20)))
    directory.append(common)
    // No extra field, no comment, the first disk, no attributes.
    directory.append(Data(count: 2 + 2 + 2 + 2 + 4))
    directory.append(contentsOf: ZipForm.bytes(offset))
    directory.append(contentsOf: name.utf8)
    count += 1
  }

  /// The bytes of the archive.
  package func finished() -> Data {
    var end = Data(ZipForm.bytes(ZipForm.end))
    end.append(Data(count: 4))
    end.append(contentsOf: ZipForm.bytes(count) + ZipForm.bytes(count))
    end.append(contentsOf: ZipForm.bytes(UInt32(directory.count)) + ZipForm.bytes(UInt32(data.count)))
    end.append(Data(count: 2))
    return data + directory + end
  }

  private static func padding(at position: Int) -> Int { (alignment - position % alignment) % alignment }
}
