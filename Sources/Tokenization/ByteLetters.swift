/// CLIP's alphabet: one printable letter for each of the 256 bytes, so that merges of any bytes are lines of text.
///
/// A printable byte of Latin-1 is its own letter; the others take U+0100 and on, in order of their values.
enum ByteLetters {
  /// The bytes in the order of the vocabulary: the printable ones first.
  static let bytes: [UInt8] = printable + rest

  /// The letter of each byte.
  static let letters: [Unicode.Scalar] = {
    var letters = (0...255).map { Unicode.Scalar(UInt8($0)) }
    let further = rest.indices.compactMap { Unicode.Scalar(UInt16(256 + $0)) }
    for (byte, letter) in zip(rest, further) { letters[Int(byte)] = letter }
    return letters
  }()

  /// The byte that `letter` stands for; nil for a letter outside of the alphabet.
  static func byte(of letter: Unicode.Scalar) -> UInt8? {
    letter.value < byteOfLetter.count ? byteOfLetter[Int(letter.value)] : nil
  }

  private static let printable: [UInt8] = Array(33...126) + Array(161...172) + Array(174...255)

  private static let rest: [UInt8] = (0...255).filter { !printable.contains($0) }

  private static let byteOfLetter: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 256 + rest.count)
    for (byte, letter) in letters.enumerated() { table[Int(letter.value)] = UInt8(byte) }
    return table
  }()
}
