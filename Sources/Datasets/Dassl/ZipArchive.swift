/// Files of a zip archive that are stored as they are, as `torch.save` stores them.
enum ZipArchive {
  /// The bytes of the first file of a name, whatever folder of the archive it is in.
  ///
  /// - Throws: ``Pickle/Mistake`` if there is none, or it is compressed, or the archive is damaged.
  static func stored(_ name: String, in bytes: [UInt8]) throws -> ArraySlice<UInt8> {
    // The end of the directory: 22 bytes and a comment of at most 65535.
    let ends = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65535), by: -1)
    guard let end = ends.first(where: { bytes[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06]) }) else { throw damaged }
    var place = try number(4, at: end + 16, bytes)
    for _ in 0..<(try number(2, at: end + 10, bytes)) {
      guard try number(4, at: place, bytes) == 0x0201_4B50 else { throw damaged }
      let (nameSize, extra, comment) = (
        try number(2, at: place + 28, bytes), try number(2, at: place + 30, bytes), try number(2, at: place + 32, bytes)
      )
      let path = try slice(nameSize, at: place + 46, bytes)
      if path.elementsEqual(name.utf8) || path.reversed().starts(with: "/\(name)".utf8.reversed()) {
        guard try number(2, at: place + 10, bytes) == 0 else {
          throw Pickle.Mistake(what: "\(name) in it is compressed, which torch.save does not do")
        }
        // The file's own header can have other additions than its entry in the directory.
        let header = try number(4, at: place + 42, bytes)
        let start = try header + 30 + number(2, at: header + 26, bytes) + number(2, at: header + 28, bytes)
        return try slice(try number(4, at: place + 20, bytes), at: start, bytes)
      }
      place += 46 + nameSize + extra + comment
    }
    throw Pickle.Mistake(what: "there is no \(name) in it")
  }

  private static let damaged = Pickle.Mistake(what: "the zip archive is damaged")

  private static func slice(_ count: Int, at place: Int, _ bytes: [UInt8]) throws -> ArraySlice<UInt8> {
    guard place >= 0, count >= 0, place + count <= bytes.count else { throw damaged }
    return bytes[place..<place + count]
  }

  private static func number(_ count: Int, at place: Int, _ bytes: [UInt8]) throws -> Int {
    try slice(count, at: place, bytes).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
