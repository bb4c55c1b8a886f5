import Basics

extension RandomStream {
  /// The first `size` of a random order of `0..<count`, the same for all versions of Swift; a smaller sample from the
  /// same state is a beginning of a larger one.
  mutating func sample(_ size: Int, of count: Int) -> [Int] {
    var order = Array(0..<count)
    for position in 0..<size { order.swapAt(position, position + below(count - position)) }
    return Array(order[..<size])
  }
}
