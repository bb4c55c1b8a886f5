import Basics
import Tensors

/// Compares gradients with central differences, along the gradient and along random directions.
///
/// In 32-bit floats, rounding spoils a difference over a short way and curvature one over a long way. So several ways are tried,
/// each only where rounding can be at most a tenth of what is measured.
struct GradientDifferences {
  /// How far a difference may be from the gradient, of the larger of both.
  private static let tolerance = 0.03
  /// How far to go to either side, as a share of the tensor's length.
  private static let ways = [0.03, 0.01, 0.003, 0.001, 0.1]
  private static let randomDirections = 4

  /// Random weights of the elements of `function`'s result: the gradient of the weighted sum is what is compared.
  private let importance: Tensor
  private let function: ([String: Variable]) throws -> Variable
  private let start: [String: Tensor]

  /// - Parameter function: A tensor computed from the named tensors; of a fixed shape.
  init(of function: @escaping ([String: Variable]) throws -> Variable, at start: [String: Tensor]) throws {
    let shape = try function(start.mapValues { Variable($0) }).shape
    var stream = RandomStream(name: "conformance-importance")
    importance = Tensor(shape: shape, stream.normals(shape.reduce(1, *), deviation: 1))
    (self.function, self.start) = (function, start)
  }

  /// What is wrong with the gradients, in words.
  ///
  /// - Parameters:
  ///   - mayLackGradient: Whether a tensor need not have any effect; having one, it must have a gradient all the same.
  func mistakes(mayLackGradient: (String) -> Bool) throws -> [String] {
    let variables = start.mapValues { Variable.parameter($0) }
    let sum = (try function(variables) * Variable(importance)).sum()
    let found = sum.gradients()
    return try start.keys.sorted().compactMap { name in
      let gradient = variables[name].flatMap { found[$0] }?.elements ?? []
      return try mistake(name, gradient.map(Double.init), mayLackGradient: mayLackGradient(name))
    }
  }

  private func mistake(_ name: String, _ gradient: [Double], mayLackGradient: Bool) throws -> String? {
    let tensor = start[name]!
    guard gradient.allSatisfy(\.isFinite) else { return "the gradient of \(name) is not finite" }
    let slope = gradient.length
    var stream = RandomStream(name: "conformance-directions\u{1F}\(name)")
    let random = (0..<Self.randomDirections).map { _ in
      (0..<tensor.count).map { _ in (stream.next() & 1 == 0 ? 1 : -1) / Double(tensor.count).squareRoot() }
    }
    guard slope > 0 else {
      let hasEffect = try random.contains { direction in
        let moved = try difference(name, direction, way: 0.1 * tensor.length)
        return abs(moved.change) > 20 * moved.rounding
      }
      if hasEffect { return "\(name) has an effect but no gradient: is it detached somewhere?" }
      return mayLackGradient ? nil : "\(name) has neither an effect nor a gradient: nothing would learn it"
    }
    let typical = slope / Double(tensor.count).squareRoot()
    for direction in [gradient.map { $0 / slope }] + random {
      let expected = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      var closest: Double?
      for way in Self.ways.map({ $0 * tensor.length }) {
        let moved = try difference(name, direction, way: way)
        let measured = moved.change / (2 * way)
        let scale = max(abs(measured), abs(expected), typical)
        guard moved.rounding / (2 * way) <= 0.1 * scale else { continue }
        if abs(measured - expected) <= Self.tolerance * scale + moved.rounding / (2 * way) {
          closest = nil
          break
        }
        if closest.map({ abs(measured - expected) < abs($0 - expected) }) ?? true { closest = measured }
      }
      if let closest {
        return "the gradient of \(name) is \(expected) in a direction where differences give \(closest)"
      }
    }
    return nil
  }

  /// How much the sum changes from one side to the other, and how much of that may be rounding.
  private func difference(
    _ name: String, _ direction: [Double], way: Double
  ) throws -> (change: Double, rounding: Double) {
    func moved(_ by: Double) throws -> [Float] {
      var variables = start.mapValues { Variable($0) }
      let tensor = start[name]!
      let elements = zip(tensor.elements, direction).map { Float(Double($0) + by * $1) }
      variables[name] = Variable(Tensor(shape: tensor.shape, elements))
      return try function(variables).value.elements
    }
    let (ahead, behind) = (try moved(way), try moved(-way))
    var (change, squares) = (0.0, 0.0)
    for (index, weight) in importance.elements.enumerated() {
      change += Double(weight) * (Double(ahead[index]) - Double(behind[index]))
      squares += Double(weight * ahead[index]) * Double(weight * ahead[index])
    }
    return (change, 1e-6 * squares.squareRoot())
  }
}

extension [Double] {
  fileprivate var length: Double { reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

extension Tensor {
  /// The Euclidean length, at least that of elements of 0.001.
  fileprivate var length: Double { max(elements.map(Double.init).length, 1e-3 * Double(count).squareRoot()) }
}
