/// A piece of a word: its bytes, and whether the word ends with it (`</w>` in CLIP's files).
struct Symbol: Hashable, Sendable {
  let bytes: [UInt8]
  let endsWord: Bool

  /// What ends a symbol that ends a word, in CLIP's files.
  static let endOfWord = "</w>"

  init(bytes: [UInt8], endsWord: Bool) {
    self.bytes = bytes
    self.endsWord = endsWord
  }

  /// The symbol as CLIP's files spell it; nil when a letter is not of CLIP's alphabet.
  init?(letters: some Sequence<Unicode.Scalar>) {
    let scalars = Array(letters)
    let end = Array(Self.endOfWord.unicodeScalars)
    endsWord = scalars.count > end.count && scalars.suffix(end.count).elementsEqual(end)
    let stem = endsWord ? scalars.dropLast(end.count) : scalars[...]
    var bytes: [UInt8] = []
    for letter in stem {
      guard let byte = ByteLetters.byte(of: letter) else { return nil }
      bytes.append(byte)
    }
    guard !bytes.isEmpty else { return nil }
    self.bytes = bytes
  }

  /// The symbol as CLIP's files spell it.
  var letters: String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes.lazy.map { ByteLetters.letters[Int($0)] })
    return String(text) + (endsWord ? Self.endOfWord : "")
  }

  /// What the symbol reads as: its bytes, and a space where the word ends.
  var text: [UInt8] { endsWord ? bytes + [UInt8(ascii: " ")] : bytes }

  /// The symbol that a merge of `left` and `right` makes; nil where `left` ends a word, so that nothing can follow it.
  static func merged(_ left: Symbol, _ right: Symbol) -> Symbol? {
    left.endsWord ? nil : Symbol(bytes: left.bytes + right.bytes, endsWord: right.endsWord)
  }

  /// The symbols a vocabulary begins with: every byte inside of a word, then every byte that ends one.
  static let alphabet: [Symbol] =
    ByteLetters.bytes.map { Symbol(bytes: [$0], endsWord: false) }
    + ByteLetters.bytes.map { Symbol(bytes: [$0], endsWord: true) }
}
