/// What CLIP does to a text before it cuts it into words.
///
/// `basic_clean`, `whitespace_clean` and `lower` of CLIP's `simple_tokenizer`: ``TextFixes``, HTML entities resolved
/// twice, white space at the ends dropped and collapsed elsewhere, lower case.
enum TextCleaning {
  /// The cleaned text.
  static func clean(_ text: String) -> [Unicode.Scalar] {
    var scalars = Array(text.unicodeScalars)
    if scalars.contains(where: needsFixing) {
      scalars = TextFixes.fix(scalars)
      scalars = HTMLEntities.unescape(HTMLEntities.unescape(scalars))
    }
    return lowercased(collapsingSpace(scalars))
  }

  /// False for the characters of plain English text: nothing is to be fixed where there are no others.
  private static func needsFixing(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x26: true
    case 0x09, 0x0A, 0x20...0x7E: false
    default: true
    }
  }

  private static func collapsingSpace(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if !scalar.properties.isWhitespace {
        result.append(scalar)
      } else if let last = result.last, last != " " {
        result.append(" ")
      }
    }
    if result.last == " " { result.removeLast() }
    return result
  }

  /// Python's `str.lower`: full mappings, and the Greek sigma that ends a word in its final form.
  private static func lowercased(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for (index, scalar) in text.enumerated() {
      if scalar.isASCII {
        let isUpper = (0x41...0x5A).contains(scalar.value)
        result.append(isUpper ? Unicode.Scalar(UInt8(scalar.value + 0x20)) : scalar)
      } else if scalar == "Σ" {
        let before = text[..<index].last { !$0.properties.isCaseIgnorable }
        let after = text[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
        result.append(isFinal ? "ς" : "σ")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return result
  }
}
