import Basics

extension Variable {
  /// The result of a computation whose intermediate results are released, and computed again in the backward pass: memory for
  /// time (gradient checkpointing, Chen et al. 2016).
  ///
  /// - Parameters:
  ///   - inputs: All that `body` takes gradients to; it must not use other variables that require one.
  ///   - body: The computation; called with variables that stand for the inputs.
  public static func recomputed(from inputs: [Variable], _ body: @escaping ([Variable]) -> Variable) -> Variable {
    let (values, wanted) = (inputs.map(\.value), inputs.map(\.requiresGradient))
    let result = body(values.map { Variable($0) })
    require(!result.requiresGradient, "recomputed: what is computed needs gradients of more than its inputs")
    return .result(result.value, of: inputs) { dy in
      let copies = zip(values, wanted).map { $1 ? Variable.parameter($0) : Variable($0) }
      let gradients = body(copies).gradients(startingFrom: dy)
      return copies.map { gradients[$0] }
    }
  }
}
