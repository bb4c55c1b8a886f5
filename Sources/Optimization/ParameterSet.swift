import Tensors

/// Learned tensors by name.
public struct ParameterSet: Sendable, Equatable {
  private var tensors: [String: Tensor]

  /// The given tensors.
  public init(_ tensors: [String: Tensor] = [:]) { self.tensors = tensors }

  /// The names in alphabetical order, which is the order of everything done to all of them.
  public var names: [String] { tensors.keys.sorted() }
  /// How many numbers are learned.
  public var count: Int { tensors.values.reduce(0) { $0 + $1.count } }

  /// The tensor of a name.
  public subscript(_ name: String) -> Tensor? {
    get { tensors[name] }
    _modify { yield &tensors[name] }
  }

  /// The tensors as parameters of a new computation.
  public func variables() -> [String: Variable] { tensors.mapValues { .parameter($0) } }

  /// The tensors as constants: nothing is kept for gradients.
  public func constants() -> [String: Variable] { tensors.mapValues { Variable($0) } }
}
