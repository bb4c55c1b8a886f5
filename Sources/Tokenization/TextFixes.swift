import Foundation

/// The part of ftfy's `fix_text` (version 6.3) that CLIP's texts meet.
///
/// Done are HTML entities (in lines before the first `<`), C1 control characters, Latin ligatures, full and half
/// width, curly quotes, line breaks, terminal escapes, control characters and Unicode's normal form C, again and again
/// until nothing changes. Left out is ftfy's mending of mojibake, text that was decoded in the wrong encoding.
enum TextFixes {
  /// The fixed text.
  static func fix(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var start = 0
    var unescapes = true
    while start < text.count {
      let end = text[start...].firstIndex(of: "\n").map { $0 + 1 } ?? text.count
      let line = Array(text[start..<end])
      // A literal < says that what follows is HTML, where entities are meant.
      if line.contains("<") { unescapes = false }
      result += fixLine(line, unescapes: unescapes)
      start = end
    }
    return result
  }

  private static func fixLine(_ line: [Unicode.Scalar], unescapes: Bool) -> [Unicode.Scalar] {
    var text = line
    while true {
      let before = text
      if unescapes { text = HTMLEntities.unescapeTerminated(text) }
      text = normalized(withoutControls(replacingCharacters(text)))
      if text == before { return text }
    }
  }

  private static func replacingCharacters(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if !scalar.isASCII, let replacement = replacements[scalar] {
        result += replacement
      } else {
        result.append(scalar)
      }
    }
    return result
  }

  /// Line breaks as line feeds; without terminal escapes and control characters.
  private static func withoutControls(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let scalar = text[index]
      if scalar == "\r" {
        result.append("\n")
        index += index + 1 < text.count && text[index + 1] == "\n" ? 2 : 1
      } else if scalar == "\u{1B}", let end = endOfTerminalEscape(text, at: index) {
        index = end
      } else {
        if !isControl(scalar) { result.append(scalar) }
        index += 1
      }
    }
    return result
  }

  /// Where the escape sequence `ESC [ (digits and semicolons) letter` that begins at `start` ends, if there is one.
  private static func endOfTerminalEscape(_ text: [Unicode.Scalar], at start: Int) -> Int? {
    var index = start + 1
    guard index < text.count, text[index] == "[" else { return nil }
    index += 1
    while index < text.count, text[index] == ";" || text[index].properties.generalCategory == .decimalNumber {
      index += 1
    }
    guard index < text.count, text[index].isASCII, text[index].properties.isAlphabetic else { return nil }
    return index + 1
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: true
    default: false
    }
  }

  private static func normalized(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    // Below the first combining mark every text is in normal form.
    guard text.contains(where: { $0.value >= 0x300 }) else { return text }
    return Array(string(easedForFoundation(text)).precomposedStringWithCanonicalMapping.unicodeScalars)
  }

  /// `text` with those steps to the normal form done that Foundation on Linux gets wrong: Hangul syllables composed,
  /// and three Tibetan vowel signs taken apart, whose parts it would not put in order.
  private static func easedForFoundation(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if let last = result.last, let syllable = hangulSyllable(last, scalar) {
        result[result.count - 1] = syllable
      } else {
        switch scalar {
        case "\u{F73}": result += ["\u{F71}", "\u{F72}"]
        case "\u{F75}": result += ["\u{F71}", "\u{F74}"]
        case "\u{F81}": result += ["\u{F71}", "\u{F80}"]
        default: result.append(scalar)
        }
      }
    }
    return result
  }

  /// The syllable of a leading consonant and a vowel, or of a syllable of these two and a trailing consonant.
  private static func hangulSyllable(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    switch (first.value, second.value) {
    case (0x1100...0x1112, 0x1161...0x1175):
      return Unicode.Scalar(0xAC00 + ((first.value - 0x1100) * 21 + second.value - 0x1161) * 28)
    case (0xAC00...0xD7A3, 0x11A8...0x11C2) where (first.value - 0xAC00) % 28 == 0:
      return Unicode.Scalar(first.value + second.value - 0x11A7)
    default: return nil
    }
  }

  private static func string(_ text: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    return String(view)
  }

  /// What single characters become: ftfy's steps from C1 controls to line breaks, one after the other.
  private static let replacements: [Unicode.Scalar: [Unicode.Scalar]] = {
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for (index, scalar) in windows1252.enumerated() {
      table[Unicode.Scalar(UInt8(0x80 + index))] = [scalar]
    }
    for (ligature, letters) in ligatures { table[ligature] = Array(letters.unicodeScalars) }
    table["\u{3000}"] = [" "]
    for value in UInt16(0xFF01)...0xFFEF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let standard = Array(String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars)
      if standard != [scalar] { table[scalar] = standard }
    }
    table = table.mapValues { $0.map(straightened) }
    for scalar in "\u{2BC}\u{2018}\u{2019}\u{201A}\u{201B}\u{201C}\u{201D}\u{201E}\u{201F}".unicodeScalars {
      table[scalar] = [straightened(scalar)]
    }
    table["\u{2028}"] = ["\n"]
    table["\u{2029}"] = ["\n"]
    return table
  }()

  private static func straightened(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x2BC, 0x2018...0x201B: "'"
    case 0x201C...0x201F: "\""
    default: scalar
    }
  }

  /// What Windows-1252 has at the places of the C1 controls, 0x80 to 0x9F; five of them stay what they are.
  static let windows1252: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
    "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}",
    "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
    "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
  ]

  /// Ligatures and digraphs of Latin letters that ftfy takes apart.
  private static let ligatures: [Unicode.Scalar: String] = [
    "Ĳ": "IJ", "ĳ": "ij", "ŉ": "\u{2BC}n", "Ǳ": "DZ", "ǲ": "Dz", "ǳ": "dz", "Ǆ": "D\u{17D}", "ǅ": "D\u{17E}",
    "ǆ": "d\u{17E}", "Ǉ": "LJ", "ǈ": "Lj", "ǉ": "lj", "Ǌ": "NJ", "ǋ": "Nj", "ǌ": "nj", "\u{FB00}": "ff",
    "\u{FB01}": "fi", "\u{FB02}": "fl", "\u{FB03}": "ffi", "\u{FB04}": "ffl", "\u{FB05}": "\u{17F}t",
    "\u{FB06}": "st",
  ]
}
