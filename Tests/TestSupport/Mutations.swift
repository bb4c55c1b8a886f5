import Basics
import Foundation

/// Files as they are after a few bytes were put in, taken out or changed: the same for the same name.
public struct Mutations {
  private let correct: [UInt8]
  private var stream: RandomStream

  private static let pieces = [
    #"",0,""#, "[[", "]]", "\\u0000", "\\ud800", "9", "-", "{", "\"", "\n", " ", "..", ",", "\r", "\u{0}", "\u{FF}",
  ].map { Array($0.utf8) }

  /// Changes of a file's bytes; the same for the same name.
  public init(of correct: [UInt8], named name: String) {
    self.correct = correct
    stream = RandomStream(purpose: "mutations", task: name, seed: 1)
  }

  /// The file with one to four changes.
  public mutating func next() -> [UInt8] {
    var bytes = correct
    for _ in 0...below(4) {
      let place = below(bytes.count + 1)
      switch below(4) {
      case 0: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(20)))
      case 2 where place < bytes.count: bytes[place] = UInt8(below(256))
      default: bytes.removeLast(below(bytes.count) / 2)
      }
    }
    return bytes
  }

  /// How many of them a test makes: `RPP_MUTATIONS` where that is set.
  public static func count(_ standard: Int) -> Int {
    ProcessInfo.processInfo.environment["RPP_MUTATIONS"].flatMap(Int.init) ?? standard
  }

  private mutating func below(_ count: Int) -> Int { Int(stream.next() % UInt64(max(1, count))) }
}
