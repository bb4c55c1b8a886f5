/// What L-BFGS knows of the curvature: the last steps s and changes y of the gradient.
struct CurvatureMemory {
  private struct Pair {
    let step: [Float]
    let change: [Float]
    /// s · y.
    let product: Double
  }

  private var pairs: [Pair] = []
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { pairs.isEmpty }

  mutating func removeAll() { pairs = [] }

  /// Remembers a step, unless the curvature along it is not positive.
  mutating func add(from old: LBFGS.Point, to new: LBFGS.Point) {
    // As rounded: the difference of what the parameters are, and not the step that was asked for.
    let step = zip(new.parameters.flattened, old.parameters.flattened).map { $0 - $1 }
    let change = zip(new.gradient, old.gradient).map { $0 - $1 }
    let product = Self.dot(step, change)
    // Powell's test as SciPy and PyTorch have it: a product that is all rounding says nothing.
    guard product > 1e-10 * Self.dot(change, change) else { return }
    if pairs.count == capacity { pairs.removeFirst() }
    pairs.append(Pair(step: step, change: change, product: product))
  }

  /// −H g by the two-loop recursion; −g if nothing is known.
  func direction(of gradient: [Float]) -> [Double] {
    var q = gradient.map { -Double($0) }
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = Self.dot(pair.step, q) / pair.product
      Self.add(pair.change, times: -factor, to: &q)
      factors.append(factor)
    }
    if let last = pairs.last {
      let scale = last.product / Self.dot(last.change, last.change)
      for index in q.indices { q[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      Self.add(pair.step, times: factor - Self.dot(pair.change, q) / pair.product, to: &q)
    }
    return q
  }

  private static func dot<Second: BinaryFloatingPoint>(_ x: [Float], _ y: [Second]) -> Double {
    x.indices.reduce(0) { $0 + Double(x[$1]) * Double(y[$1]) }
  }

  private static func add(_ x: [Float], times factor: Double, to y: inout [Double]) {
    for index in y.indices { y[index] += factor * Double(x[index]) }
  }
}
