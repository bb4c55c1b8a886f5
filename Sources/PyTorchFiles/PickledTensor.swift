import Basics

/// A view of a storage.
struct PickledTensor: Sendable {
  let storage: PickledStorage
  /// The first element.
  let offset: Int
  let shape: [Int]
  /// How many elements of the storage lie from one index to the next, for each dimension.
  let strides: [Int]
  /// The number of elements.
  let count: Int

  /// - Throws: ``Failure`` if an element lies outside the storage.
  init(storage: PickledStorage, offset: Int, shape: [Int], strides: [Int]) throws {
    guard shape.count == strides.count, shape.count <= 64, offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 }) else {
      throw Failure("a tensor of the shape \(Self.text(shape)) has the strides \(Self.text(strides)), offset \(offset)")
    }
    var (count, last) = (1, offset)
    for (size, stride) in zip(shape, strides) {
      let (product, tooMany) = count.multipliedReportingOverflow(by: size)
      let (distance, tooFar) = max(0, size - 1).multipliedReportingOverflow(by: stride)
      let (sum, beyond) = last.addingReportingOverflow(distance)
      guard !tooMany, !tooFar, !beyond else {
        throw Failure("a tensor of the shape \(Self.text(shape)) is too large")
      }
      (count, last) = (product, sum)
    }
    guard count == 0 || last < storage.count else {
      throw Failure(
        "a tensor of the shape \(Self.text(shape)), strides \(Self.text(strides)) and offset \(offset) does not fit into its "
          + "storage of \(storage.count) elements")
    }
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.count = count
  }

  /// The places of the elements in row-major order, if they lie one behind the other; nil if they do not.
  var contiguousRange: Range<Int>? {
    guard count > 0 else { return offset..<offset }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      guard stride == expected else { return nil }
      expected *= size
    }
    return offset..<offset + count
  }

  /// Calls `body` with the place of every element in row-major order.
  func forEachPlace(_ body: (Int) -> Void) {
    guard count > 0 else { return }
    var index = [Int](repeating: 0, count: shape.count)
    var place = offset
    for _ in 0..<count {
      body(place)
      for dimension in shape.indices.reversed() {
        index[dimension] += 1
        place += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        place -= index[dimension] * strides[dimension]
        index[dimension] = 0
      }
    }
  }

  private static func text(_ numbers: [Int]) -> String {
    numbers.count <= 10 ? "\(numbers)" : "\(numbers.prefix(10))… (\(numbers.count) dimensions)"
  }
}
