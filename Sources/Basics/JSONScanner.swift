/// Reads JSON strictly, as the caller expects it: what comes next is asked for, anything else is an error with its place.
///
/// Foundation's parser accepts duplicate keys and keeps one of them; a file that means two things is refused here.
/// Nesting is as deep as the caller asks and no deeper, so that no input can exhaust the stack.
package struct JSONScanner {
  private let bytes: [UInt8]
  private let place: String
  private var position = 0
  /// Where the characters of the string read last lie, without the quotation marks.
  package private(set) var lastString = 0..<0

  /// - Parameters:
  ///   - bytes: Valid UTF-8.
  ///   - place: What stands before "at its byte" in messages: the path, and what is wrong with the file.
  package init(_ bytes: [UInt8], place: String) {
    self.bytes = bytes
    self.place = place
  }

  /// Reads an object; `member` must read the value of the key it is given.
  package mutating func object(_ what: String, member: (inout JSONScanner, String) throws -> Void) throws {
    var keys = Set<String>()
    try list(what, open: "{", close: "}") { scanner in
      let key = try scanner.string("a key of \(what)")
      guard keys.insert(key).inserted else {
        throw scanner.failure("\(what) has the key \(Spelling.quoted(key)) twice")
      }
      guard scanner.skip(":") else { throw scanner.expected("':' after the key \(Spelling.quoted(key))") }
      try member(&scanner, key)
    }
  }

  /// Reads an array; `element` must read one of its elements.
  package mutating func array(_ what: String, element: (inout JSONScanner) throws -> Void) throws {
    try list(what, open: "[", close: "]", element: element)
  }

  /// Reads an array of integers from 0 to the largest `Int`.
  package mutating func naturalNumbers(_ what: String) throws -> [Int] {
    var numbers: [Int] = []
    try array(what) { numbers.append(try $0.naturalNumber(what)) }
    return numbers
  }

  /// Reads a string.
  package mutating func string(_ what: String) throws -> String {
    guard skip("\"") else { throw expected("\(what), a string") }
    let start = position
    var characters: [UInt8] = []
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""):
        lastString = start..<position - 1
        return String(decoding: characters, as: UTF8.self)
      case UInt8(ascii: "\\"): characters.append(contentsOf: try escape(what).utf8)
      case 0..<0x20: throw failure("a control character in \(what)")
      default: characters.append(byte)
      }
    }
    throw failure("\(what) does not end")
  }

  /// Makes sure that nothing but white space is left.
  package mutating func end() throws {
    skipSpace()
    guard position == bytes.count else { throw expected("nothing but spaces after the last '}'") }
  }

  private mutating func list(
    _ what: String, open: Unicode.Scalar, close: Unicode.Scalar, element: (inout JSONScanner) throws -> Void
  ) throws {
    guard skip(open) else { throw expected("'\(open)' of \(what)") }
    if skip(close) { return }
    repeat { try element(&self) } while skip(",")
    guard skip(close) else { throw expected("',' or '\(close)' in \(what)") }
  }

  /// Reads an integer from 0 to the largest `Int`.
  package mutating func naturalNumber(_ what: String) throws -> Int {
    skipSpace()
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
    let digits = bytes[start..<position]
    let text = String(decoding: digits.prefix(40), as: UTF8.self) + (digits.count > 40 ? "…" : "")
    guard let last = digits.last, last != UInt8(ascii: "-") else { throw expected("an integer in \(what)") }
    if position < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[position]) {
      throw expected("an integer after \(text) in \(what)")
    }
    guard digits.first != UInt8(ascii: "-") else { throw failure("\(what) holds \(text), which is negative") }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else {
      throw failure("\(what) holds \(text), a number that begins with 0")
    }
    guard digits.count <= 19, let number = Int(text) else {
      throw failure("\(what) holds \(text), the largest possible number is \(Int.max)")
    }
    return number
  }

  private mutating func escape(_ what: String) throws -> String {
    switch next() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try hexadecimal(what)]
      if UTF16.isLeadSurrogate(units[0]), next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") {
        units.append(try hexadecimal(what))
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw failure("half a pair of \\u escapes in \(what)")
      }
      return text
    default: throw failure("an escape unknown to JSON in \(what)")
    }
  }

  private mutating func hexadecimal(_ what: String) throws -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("a \\u escape without 4 hexadecimal digits in \(what)")
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  private mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    position += 1
    return bytes[position - 1]
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func expected(_ what: String) -> Failure {
    guard position < bytes.count else { return failure("it ends where \(what) should be") }
    let byte = bytes[position]
    let found = 0x21...0x7E ~= byte ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    return failure("\(found) where \(what) should be")
  }

  /// A mistake at the place that was read last.
  package func failure(_ what: String) -> Failure {
    Failure("\(place), at its byte \(position): \(what)")
  }
}
