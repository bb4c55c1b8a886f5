import Basics
import Tensors

extension Tensor {
  /// Numbers uniform in a range, the same for the same seed.
  static func random(_ shape: [Int], seed: UInt64 = 1, in range: ClosedRange<Double> = -1...1) -> Tensor {
    var stream = RandomStream(purpose: "tensors", task: "\(shape)", seed: seed)
    return Tensor(shape: shape) { out in
      for index in out.indices { out[index] = Float(stream.uniform(range.lowerBound, range.upperBound)) }
    }
  }

  /// The elements as doubles.
  var doubles: [Double] { elements.map(Double.init) }
  /// The bits of the elements, which tell NaN from NaN and 0 from −0.
  var bits: [UInt32] { elements.map(\.bitPattern) }
}

/// The largest difference of an element from the expected one, relative to the largest expected element.
func deviation(_ found: Tensor, from expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let scale = max(expected.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
  return zip(found.doubles, expected).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isFinite ? max(largest, difference / scale) : .infinity
  }
}
