/// A value, or a sentence that says why there is none.
public enum Known<Value: Equatable & Sendable>: Equatable, Sendable {
  /// The value.
  case known(Value)
  /// Why there is none, as a clause: `64 draws are too few, 59 are needed`.
  case unknown(String)

  /// The value, if there is one.
  public var value: Value? {
    if case .known(let value) = self { value } else { nil }
  }

  /// Why there is none, if there is none.
  public var reason: String? {
    if case .unknown(let reason) = self { reason } else { nil }
  }

  /// What a function makes of the value; the reason stays.
  public func map<Other: Equatable & Sendable>(_ transform: (Value) throws -> Other) rethrows -> Known<Other> {
    try flatMap { .known(try transform($0)) }
  }

  /// What a function that may itself have none makes of the value; the reason stays.
  public func flatMap<Other: Equatable & Sendable>(
    _ transform: (Value) throws -> Known<Other>
  ) rethrows -> Known<Other> {
    switch self {
    case .known(let value): try transform(value)
    case .unknown(let reason): .unknown(reason)
    }
  }
}
