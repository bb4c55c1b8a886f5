/// Whole numbers and ranges of them, separated by commas: `1,3,5-7` is 1, 3, 5, 6 and 7.
public struct NumberList: Equatable, Sendable {
  /// The numbers in the order given.
  public let numbers: [UInt64]

  /// More than any list that a person means.
  public static let largestCount = 10_000

  /// Reads a list.
  ///
  /// - Throws: a usage ``Failure`` for an element that is neither a number nor an ascending range, a number that stands twice,
  ///   or more than ``largestCount`` numbers.
  public init(_ text: String) throws {
    var numbers: [UInt64] = []
    var known: Set<UInt64> = []
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try Self.range(element.trimmingBlanks, in: text)
      guard range.upperBound - range.lowerBound < Self.largestCount, numbers.count + range.count <= Self.largestCount
      else {
        throw Failure.usage("\(Spelling.quoted(text)) are more than \(Self.largestCount) numbers")
      }
      for number in range {
        guard known.insert(number).inserted else {
          throw Failure.usage("\(number) stands twice in \(Spelling.quoted(text))")
        }
        numbers.append(number)
      }
    }
    self.numbers = numbers
  }

  private static func range(_ element: String, in text: String) throws -> ClosedRange<UInt64> {
    let ends = element.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
    switch (ends.first, ends.last) {
    case (let first??, let last??) where ends.count <= 2:
      guard first <= last else {
        throw Failure.usage("\(element) goes down and is no range; write \(last)-\(first)")
      }
      return first...last
    default:
      let place = element == text ? "" : " in \(Spelling.quoted(text))"
      throw Failure.usage("\(Spelling.quoted(element))\(place) is no whole number from 0 and no range such as 1-5")
    }
  }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
