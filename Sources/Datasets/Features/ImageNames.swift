import Basics
import SafeTensors

/// The names of many images in a mapped file, read when they are asked for.
struct ImageNames: Sendable {
  private static let (bytesName, endsName) = ("names", "name_ends")

  let count: Int
  private let file: SafeTensorsFile

  /// The names in a file.
  ///
  /// - Throws: ``Failure`` if there are none.
  init(_ file: SafeTensorsFile) throws {
    self.file = file
    let (bytes, ends) = (try file.info(Self.bytesName), try file.info(Self.endsName))
    guard bytes.dtype == .uint8, ends.dtype == .int32, ends.shape.count == 1 else {
      throw Failure("\(file.path): no names of images")
    }
    count = ends.shape[0]
  }

  /// A name; a placeholder for one in a damaged file.
  subscript(index: Int) -> String {
    func end(_ index: Int) -> Int? {
      try? file.withUnsafeBytes(of: Self.endsName) {
        Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: index * 4, as: Int32.self)))
      }
    }
    let name = try? file.withUnsafeBytes(of: Self.bytesName) { bytes -> String? in
      guard let start = index == 0 ? 0 : end(index - 1), let end = end(index), 0 <= start, start <= end,
        end <= bytes.count
      else { return nil }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
    return (name ?? nil) ?? "image \(index)"
  }

  /// The tensors of names.
  ///
  /// - Throws: ``Failure`` if they have more than 2 GiB in all.
  static func entries(_ names: [String]) throws -> [SafeTensorsEntry] {
    var (bytes, ends) = ([UInt8](), [Int32]())
    ends.reserveCapacity(names.count)
    for name in names {
      bytes += name.utf8
      guard let end = Int32(exactly: bytes.count) else {
        throw Failure("the names of the images have more than \(Int32.max) bytes in all")
      }
      ends.append(end)
    }
    return [
      SafeTensorsEntry(bytesName, shape: [bytes.count], bytes: bytes),
      SafeTensorsEntry(endsName, shape: [ends.count], integers: ends),
    ]
  }
}
