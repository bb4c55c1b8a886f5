import Basics

/// A tensor in a computation that can be differentiated.
///
/// Operations on variables compute at once and, if any operand requires a gradient, remember how to pull a gradient back
/// to those operands (a reverse-mode tape). Frozen operands are constants: nothing is remembered for them and they never
/// get a gradient.
public struct Variable {
  /// The value.
  public let value: Tensor
  let node: Node?

  /// A constant: no gradient flows to it.
  public init(_ value: Tensor) {
    self.value = value
    node = nil
  }

  /// A constant scalar.
  public init(_ value: Float) { self.init(Tensor(value)) }

  /// Something learned: gradients flow to it.
  public static func parameter(_ value: Tensor) -> Variable {
    Variable(value, node: Node(inputs: [], pullback: { _ in [] }))
  }

  init(_ value: Tensor, node: Node?) {
    self.value = value
    self.node = node
  }

  /// Whether gradients flow to this variable.
  public var requiresGradient: Bool { node != nil }
  /// The size of each dimension.
  public var shape: [Int] { value.shape }
  /// The same value as a constant: no gradient flows through it.
  public var detached: Variable { Variable(value) }

  /// The result of an operation on `inputs`.
  ///
  /// - Parameter pullback: Given the gradient with respect to the result, those with respect to the inputs, in order; nil
  ///   for an input that does not require one.
  static func result(
    _ value: Tensor, of inputs: [Variable], pullback: @escaping (Tensor) -> [Tensor?]
  ) -> Variable {
    guard inputs.contains(where: \.requiresGradient) else { return Variable(value) }
    return Variable(value, node: Node(inputs: inputs.map(\.node), pullback: pullback))
  }

  /// The gradients of this scalar with respect to everything learned that it depends on.
  ///
  /// What operations remembered is released on the way, so this can be called once for a computation.
  public func gradients() -> Gradients {
    require(value.count == 1, "only a scalar has gradients; this variable has the shape \(shape)")
    return gradients(startingFrom: Tensor(shape: shape, repeating: 1))
  }

  /// The gradients of Σ weights · this variable, otherwise as ``gradients()``.
  ///
  /// - Parameter weights: In the shape of this variable.
  func gradients(startingFrom weights: Tensor) -> Gradients {
    guard let node else { return Gradients([:]) }
    var pending: [ObjectIdentifier: Tensor] = [ObjectIdentifier(node): weights]
    var found: [ObjectIdentifier: (Node, Tensor)] = [:]
    for node in Node.inOrderOfUse(from: node) {
      guard let gradient = pending.removeValue(forKey: ObjectIdentifier(node)) else { continue }
      if node.inputs.isEmpty {
        found[ObjectIdentifier(node)] = (node, gradient)
        continue
      }
      for (input, part) in zip(node.inputs, node.releasePullback()(gradient)) {
        guard let input, let part else { continue }
        if var sum = pending.removeValue(forKey: ObjectIdentifier(input)) {
          sum.add(part)
          pending[ObjectIdentifier(input)] = sum
        } else {
          pending[ObjectIdentifier(input)] = part
        }
      }
    }
    return Gradients(found)
  }
}

/// The gradients of one scalar.
public struct Gradients {
  // The nodes are kept, so that no later one can take the identity of one of them.
  private let byNode: [ObjectIdentifier: (node: Node, gradient: Tensor)]

  init(_ byNode: [ObjectIdentifier: (Node, Tensor)]) { self.byNode = byNode }

  /// The gradient with respect to a parameter; nil for a constant and for a parameter that the scalar does not depend on.
  public subscript(_ parameter: Variable) -> Tensor? {
    parameter.node.flatMap { byNode[ObjectIdentifier($0)]?.gradient }
  }
}

/// One operation of a computation, as its derivative remembers it.
final class Node {
  private(set) var inputs: [Node?]
  private var pullback: ((Tensor) -> [Tensor?])?

  init(inputs: [Node?], pullback: @escaping (Tensor) -> [Tensor?]) {
    self.inputs = inputs
    self.pullback = pullback
  }

  /// Lets go of a chain of nodes one by one: left to themselves, each would release the next from within its own end, and
  /// a long computation would exhaust the stack.
  deinit {
    var released = inputs
    inputs = []
    while var node = released.popLast() {
      guard isKnownUniquelyReferenced(&node), let last = node else { continue }
      released += last.inputs
      last.inputs = []
    }
  }

  /// The pullback; it is removed, so that the values that it holds are released.
  func releasePullback() -> (Tensor) -> [Tensor?] {
    guard let pullback else { fatalError("gradients of one computation can be taken once") }
    self.pullback = nil
    return pullback
  }

  /// All nodes that `last` depends on, each before its inputs.
  static func inOrderOfUse(from last: Node) -> [Node] {
    var order: [Node] = []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(last)]
    // Depth first without recursion: graphs of many layers would exhaust the stack.
    var stack: [(node: Node, next: Int)] = [(last, 0)]
    while let (node, next) = stack.last {
      guard next < node.inputs.count else {
        order.append(node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      if let input = node.inputs[next], seen.insert(ObjectIdentifier(input)).inserted { stack.append((input, 0)) }
    }
    return order.reversed()
  }
}
