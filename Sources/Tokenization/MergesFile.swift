import Basics
import CZlib
import Foundation

/// A file of merges in CLIP's form: a header, then one `a b` a line, the merge that was learned first at the top.
enum MergesFile {
  private static let header = "#version"

  /// Ten times the size of CLIP's; what is larger is something else, or made to fill the memory.
  private static let largestSize = 32 << 20

  /// The first `limit` merges of the file at `path`, plain text or gzip; all of them when `limit` is nil.
  ///
  /// Lines after these are not looked at. The first line is the header if it names a version, as CLIP's files do, or
  /// is no pair.
  ///
  /// - Throws: `Failure` when the file cannot be read, is damaged or no text, has a line that is no pair, or fewer
  ///   merges than `limit`.
  static func read(_ path: String, limit: Int?) throws -> [(left: Symbol, right: Symbol)] {
    let contents = try decompressed(path)
    var merges: [(left: Symbol, right: Symbol)] = []
    let end = contents.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }.map { $0 + 1 } ?? 0
    var rest = contents[..<end]
    var number = 0
    // One by one: a list of the lines can be much larger than the file.
    while !rest.isEmpty, merges.count != limit {
      let bytes = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[bytes.endIndex...].dropFirst()
      number += 1
      guard let line = String(validating: withoutReturn(bytes), as: UTF8.self), !line.utf8.contains(0) else {
        throw Failure("\(path), line \(number): a merges file is UTF-8 text, or such text compressed by gzip")
      }
      if number == 1, line.contains(header) { continue }
      if let pair = pair(line) {
        merges.append(pair)
      } else if number > 1 {
        let shown = String(line.prefix(40)).debugDescription
        throw Failure("\(path), line \(number): \(shown) is not a merge, two symbols of CLIP's alphabet and a space")
      }
    }
    if let limit, merges.count < limit {
      throw Failure(
        "\(path) has \(merges.count) merges, and a vocabulary of \(limit + BytePairTokenizer.smallestVocabulary)"
          + " needs \(limit)")
    }
    return merges
  }

  /// Writes `merges` to `path` as text in CLIP's form.
  static func write(_ merges: [(left: Symbol, right: Symbol)], to path: String) throws {
    let lines = ["\(header): 0.2"] + merges.map { "\($0.left.letters) \($0.right.letters)" }
    try AtomicFile.write(Data(lines.map { $0 + "\n" }.joined().utf8), to: path)
  }

  private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }

  private static func pair(_ line: String) -> (left: Symbol, right: Symbol)? {
    let parts = line.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let left = Symbol(letters: parts[0]), let right = Symbol(letters: parts[1]) else {
      return nil
    }
    return (left, right)
  }

  /// The bytes of the file at `path`, decompressed if it is gzip.
  private static func decompressed(_ path: String) throws -> [UInt8] {
    let descriptor = try RegularFile.open(path)
    // gzread passes on what does not begin as gzip.
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw Failure("cannot read merges from \(path): \(String(cString: strerror(ENOMEM)))")
    }
    defer { gzclose_r(file) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      errno = 0
      let count = gzread(file, &buffer, UInt32(buffer.count))
      var status: Int32 = Z_OK
      let message = gzerror(file, &status).map { String(cString: $0) } ?? ""
      switch status {
      case Z_OK, Z_STREAM_END: break
      case Z_ERRNO: throw Failure("cannot read merges from \(path): \(String(cString: strerror(errno)))")
      case Z_BUF_ERROR: throw Failure("\(path) is damaged: its gzip data end too early")
      default: throw Failure("\(path) is damaged: its gzip data are not valid (\(message))")
      }
      guard count > 0 else { return contents }
      contents += buffer[..<Int(count)]
      guard contents.count <= largestSize else {
        throw Failure("\(path) is no merges file: its contents are larger than \(largestSize >> 20) MiB")
      }
    }
  }
}
