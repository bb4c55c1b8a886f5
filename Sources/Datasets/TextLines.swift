import Basics
import Foundation

/// A text file of short lines, as lists of classes and images are written.
enum TextLines {
  /// Calls `body` with each line that is not empty, without the blanks at its ends, and its number from 1.
  ///
  /// - Throws: ``Failure`` naming the file, if it cannot be read, or the line, if it is not UTF-8; what `body` throws.
  static func forEach(in path: String, _ body: (_ line: Line) throws -> Void) throws {
    let data = try RegularFile.contents(of: path, limit: 1 << 30)
    var number = 0
    for bytes in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var bytes = bytes
      while let last = bytes.last, isBlank(last) { bytes.removeLast() }
      while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
      guard !bytes.isEmpty else { continue }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Failure("\(path), line \(number): this is not UTF-8")
      }
      try body(Line(text: text, number: number, path: path))
    }
  }

  struct Line {
    let text: String
    let number: Int
    fileprivate let path: String

    /// What stands before the first space, and what behind it.
    var parts: (first: String, rest: String) {
      guard let space = text.firstIndex(of: " ") else { return (text, "") }
      return (String(text[..<space]), String(text[text.index(after: space)...]))
    }

    /// A mistake in this line.
    func failure(_ what: String) -> Failure { Failure("\(path), line \(number): \(what)") }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}
