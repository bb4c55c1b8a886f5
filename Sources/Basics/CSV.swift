import Foundation

/// Comma-separated values as RFC 4180 has them: a field may stand in quotes, in which commas and line breaks are text and a
/// quote is written twice. Lines end with LF, CRLF or CR; empty lines are passed over.
public enum CSV {
  /// A line of a file, which may reach over several where a field in quotes does.
  public struct Record {
    /// The line that it begins in, counted from 1.
    public let line: Int
    fileprivate let origin: String
    fileprivate let bytes: UnsafeBufferPointer<UInt8>
    fileprivate let fields: [Field]

    /// How many fields it has.
    public var count: Int { fields.count }

    /// A mistake in this record: its text after the file and the line.
    public func failure(_ text: String) -> Failure { CSV.failure(text, origin, line) }

    /// The text of a field.
    ///
    /// - Parameter trimmed: without the blanks at both ends, which many write after commas.
    /// - Throws: ``Failure`` if it is not UTF-8.
    public func text(_ index: Int, trimmed: Bool = false) throws -> String {
      let field = fields[index]
      var range = field.range
      if trimmed {
        while let first = range.first, CSV.isBlank(bytes[first]) { range = first + 1..<range.upperBound }
        while let last = range.last, CSV.isBlank(bytes[last]) { range = range.lowerBound..<last }
      }
      guard let text = String(validating: bytes[range], as: UTF8.self) else {
        throw failure("field \(index + 1) is not UTF-8")
      }
      return field.hasQuotes ? text.replacing("\"\"", with: "\"") : text
    }
  }

  fileprivate struct Field {
    var range: Range<Int>
    /// Whether quotes stand in it, each twice.
    var hasQuotes = false
  }

  /// Reads a file's records in order; one that `body` was called with is gone when it returns.
  ///
  /// - Parameter origin: What messages call the file.
  /// - Throws: ``Failure`` naming file and line of what is not CSV; what `body` throws.
  public static func forEachRecord(of data: Data, origin: String, _ body: (Record) throws -> Void) throws {
    try data.withUnsafeBytes { raw in
      var scanner = Scanner(bytes: raw.bindMemory(to: UInt8.self), origin: origin)
      while let record = try scanner.next() { try body(record) }
    }
  }

  /// A line of the given fields, each in quotes if it needs them.
  public static func line(_ fields: [String]) -> String {
    fields.map { field in
      let isPlain = field.utf8.allSatisfy { $0 != quote && $0 != comma && $0 != lineFeed && $0 != carriageReturn }
      return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
    }.joined(separator: ",") + "\n"
  }

  fileprivate static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let lineFeed = UInt8(ascii: "\n")
  fileprivate static let carriageReturn = UInt8(ascii: "\r")

  fileprivate static func failure(_ text: String, _ origin: String, _ line: Int) -> Failure {
    Failure("\(origin), line \(line): \(text)")
  }

  private struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let origin: String
    var position: Int
    var line = 1

    init(bytes: UnsafeBufferPointer<UInt8>, origin: String) {
      self.bytes = bytes
      self.origin = origin
      // The mark that some programs write before UTF-8.
      position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func next() throws -> Record? {
      while position < bytes.count {
        let (start, first) = (position, line)
        var fields: [Field] = []
        repeat { fields.append(try field()) } while skip(comma)
        let isEmpty = position == start
        endLine()
        if !isEmpty { return Record(line: first, origin: origin, bytes: bytes, fields: fields) }
      }
      return nil
    }

    private func has(_ byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

    private mutating func skip(_ byte: UInt8) -> Bool {
      guard has(byte) else { return false }
      position += 1
      return true
    }

    /// Skips the end of a line, if there is one at this place.
    private mutating func endLine() {
      let isReturn = skip(carriageReturn)
      if skip(lineFeed) || isReturn { line += 1 }
    }

    private var isAtFieldEnd: Bool {
      position == bytes.count || has(comma) || has(lineFeed) || has(carriageReturn)
    }

    private mutating func field() throws -> Field {
      if has(quote) { return try quotedField() }
      let start = position
      while !isAtFieldEnd {
        guard bytes[position] != quote else {
          throw failure(
            "a quote stands within a field; put quotes around the whole field, and write those within it twice",
            origin, line)
        }
        position += 1
      }
      return Field(range: start..<position)
    }

    private mutating func quotedField() throws -> Field {
      let first = line
      position += 1
      var field = Field(range: position..<position)
      while true {
        guard position < bytes.count else { throw failure("a quote opens and never closes", origin, first) }
        if has(lineFeed) || has(carriageReturn) {
          endLine()
        } else if !skip(quote) {
          position += 1
        } else if skip(quote) {
          field.hasQuotes = true
        } else {
          break
        }
      }
      field.range = field.range.lowerBound..<position - 1
      guard isAtFieldEnd else {
        throw failure("after a closing quote comes neither a comma nor the line's end", origin, line)
      }
      return field
    }
  }
}
