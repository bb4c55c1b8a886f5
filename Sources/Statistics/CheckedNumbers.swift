import Basics

/// What every function here asks of numbers that come from data.
enum CheckedNumbers {
  /// - Throws: ``Failure`` if there are fewer than `count` values, or one is not finite.
  static func require(_ values: [Double], atLeast count: Int = 1, _ what: String) throws {
    guard values.count >= count else {
      throw Failure("\(what): \(values.count) values, where at least \(count) are needed")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw Failure("\(what): value \(index) is \(values[index]), not a finite number")
    }
  }
}
