/// HTML's character references resolved, by the rules of Python's `html.unescape` and of ftfy's narrower one.
enum HTMLEntities {
  /// Every reference resolved, those without a semicolon too where HTML knows them so: Python's `html.unescape`.
  static func unescape(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard text.contains("&") else { return text }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == "&",
        let (characters, end) = numericReference(text, at: index) ?? namedReference(text, at: index)
      {
        result += characters
        index = end
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// Only references that end in a semicolon, among them names in capitals (`&EACUTE;`): ftfy's `unescape_html`.
  ///
  /// An ampersand that is escaped many times over is resolved at once, which repeated calls would do in quadratic time.
  static func unescapeTerminated(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard text.contains("&") else { return text }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard text[index] == "&", var (characters, end) = terminatedReference(text, at: index) else {
        result.append(text[index])
        index += 1
        continue
      }
      // The semicolon before `end` is in the ampersand's place.
      while characters == ["&"], let (inner, innerEnd) = terminatedReference(text, at: end - 1), inner == ["&"] {
        (characters, end) = (inner, innerEnd)
      }
      result += characters
      index = end
    }
    return result
  }

  /// What a reference stands for, and the index after it.
  private typealias Reference = (characters: [Unicode.Scalar], end: Int)

  /// A reference of ftfy's form `&#?[0-9A-Za-z]{1,24};` whose first character, `&`, stands or is to stand at `start`.
  private static func terminatedReference(_ text: [Unicode.Scalar], at start: Int) -> Reference? {
    var index = start + 1
    let isNumeric = index < text.count && text[index] == "#"
    if isNumeric { index += 1 }
    let nameStart = index
    while index < text.count, index - nameStart < 25, text[index].isASCIIAlphanumeric { index += 1 }
    guard (1...24).contains(index - nameStart), index < text.count, text[index] == ";" else { return nil }
    if isNumeric {
      guard let reference = numericReference(text, at: start), reference.end == index + 1 else { return nil }
      // ftfy takes a semicolon in the result for a reference that was resolved in part.
      return reference.characters.contains(";") ? nil : reference
    }
    let name = string(text[nameStart..<index])
    return (table.characters[name] ?? capitals[name]).map { ($0, index + 1) }
  }

  /// A reference by number, `&#…` or `&#x…`, with or without a semicolon.
  private static func numericReference(_ text: [Unicode.Scalar], at start: Int) -> Reference? {
    var index = start + 1
    guard index < text.count, text[index] == "#" else { return nil }
    index += 1
    var radix: UInt32 = 10
    if index < text.count, text[index] == "x" || text[index] == "X" {
      radix = 16
      index += 1
    }
    let digitsStart = index
    var number: UInt32 = 0
    while index < text.count, let digit = text[index].asciiHexDigit, digit < radix {
      // Beyond Unicode all numbers are alike.
      number = min(number * radix + digit, 0x110000)
      index += 1
    }
    guard index > digitsStart else { return nil }
    if index < text.count, text[index] == ";" { index += 1 }
    return (characters(ofNumber: number), index)
  }

  private static func characters(ofNumber number: UInt32) -> [Unicode.Scalar] {
    switch number {
    case 0: ["\u{FFFD}"]
    case 0x80...0x9F: [TextFixes.windows1252[Int(number - 0x80)]]
    // Control characters and what Unicode says is no character are dropped.
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: []
    case _ where number <= 0x10FFFF && number & 0xFFFE == 0xFFFE: []
    default: [Unicode.Scalar(number) ?? "\u{FFFD}"]
    }
  }

  /// A reference by name: the whole name if it is known, otherwise its longest beginning known without a semicolon.
  private static func namedReference(_ text: [Unicode.Scalar], at start: Int) -> Reference? {
    let nameStart = start + 1
    var end = nameStart
    while end < text.count, end - nameStart < longestName, !endsName(text[end]) { end += 1 }
    if end > nameStart, end < text.count, text[end] == ";",
      let characters = table.characters[string(text[nameStart..<end])]
    {
      return (characters, end + 1)
    }
    while end > nameStart + 1 {
      let name = string(text[nameStart..<end])
      if table.legacyNames.contains(name), let characters = table.characters[name] { return (characters, end) }
      end -= 1
    }
    return nil
  }

  private static func endsName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\u{0C}", " ", "<", "&", "#", ";": true
    default: false
    }
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static let longestName = 32

  /// What each name stands for, and the names that HTML knows without a semicolon too.
  private static let table: (characters: [String: [Unicode.Scalar]], legacyNames: Set<String>) = {
    var characters: [String: [Unicode.Scalar]] = [:]
    var legacyNames: Set<String> = []
    for entry in htmlEntityNames.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: ":")
      let name = String(parts[0].prefix { $0 != "!" })
      if name.utf8.count < parts[0].utf8.count { legacyNames.insert(name) }
      let codePoints = parts[1].split(separator: "+").compactMap { UInt32($0, radix: 16) }
      characters[name] = codePoints.compactMap(Unicode.Scalar.init)
    }
    return (characters, legacyNames)
  }()

  /// Names in lower case that ftfy also knows in capitals, for what they stand for in capitals.
  private static let capitals: [String: [Unicode.Scalar]] = {
    var capitals: [String: [Unicode.Scalar]] = [:]
    for (name, characters) in table.characters where !name.unicodeScalars.contains(where: \.isASCIIUppercase) {
      let reference = Array("&\(name.uppercased());".unicodeScalars)
      // What HTML knows in capitals, as a whole or in part, stands for that.
      guard unescape(reference) == reference else { continue }
      capitals[name.uppercased()] = characters.flatMap { $0.properties.uppercaseMapping.unicodeScalars }
    }
    return capitals
  }()
}

extension Unicode.Scalar {
  fileprivate var isASCIIUppercase: Bool { (0x41...0x5A).contains(value) }

  fileprivate var isASCIIAlphanumeric: Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  fileprivate var asciiHexDigit: UInt32? {
    switch value {
    case 0x30...0x39: value - 0x30
    case 0x41...0x46: value - 0x41 + 10
    case 0x61...0x66: value - 0x61 + 10
    default: nil
    }
  }
}
