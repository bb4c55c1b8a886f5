/// Cuts cleaned text into words as CLIP's pattern does, case ignored:
/// `<|startoftext|>|<|endoftext|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`.
enum WordScanner {
  /// The words of `text`, in lower case already, each as its UTF-8 bytes.
  static func words(in text: [Unicode.Scalar]) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var start = 0
    while start < text.count {
      var end = start + 1
      let kind = Kind(text[start])
      if let literal = literals(at: text[start]).first(where: { matches($0, text[start...]) }) {
        end = start + literal.count
      } else if kind == .letter || kind == .other {
        while end < text.count, Kind(text[end]) == kind { end += 1 }
      }
      if kind != .space { words.append(bytes(of: text[start..<end])) }
      start = end
    }
    return words
  }

  private enum Kind {
    case letter, number, space, other

    init(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x61...0x7A, 0x41...0x5A: self = .letter
      case 0x30...0x39: self = .number
      case 0x20, 0x09...0x0D: self = .space
      case 0..<0x80: self = .other
      // The iota below is no letter, but one in another case, so that no alternative of the pattern matches it.
      case 0x345: self = .space
      default:
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = scalar.properties.isWhitespace ? .space : .other
        }
      }
    }
  }

  private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }
  private static let specials = SpecialTokens.texts.map { Array($0.unicodeScalars) }

  /// The literal alternatives of the pattern that begin with `scalar`, in the pattern's order.
  private static func literals(at scalar: Unicode.Scalar) -> [[Unicode.Scalar]] {
    scalar == "'" ? contractions : scalar == "<" ? specials : []
  }

  private static func matches(_ literal: [Unicode.Scalar], _ text: ArraySlice<Unicode.Scalar>) -> Bool {
    text.count >= literal.count
      && zip(literal, text).allSatisfy { expected, found in
        // Case is ignored, and the long s is in lower case but an s none the less.
        expected == found || (expected == "s" && found == "\u{17F}")
      }
  }

  private static func bytes(of scalars: ArraySlice<Unicode.Scalar>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for scalar in scalars { bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
    return bytes
  }
}
