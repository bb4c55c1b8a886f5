import Basics
import Tensors
import Testing

/// Compares the gradients of `function` (summed with random weights) with central differences at every element of every input.
func expectGradientsMatchDifferences(
  of inputs: [[Int]], seed: UInt64 = 1, step: Float = 1e-2, tolerance: Float = 2e-2, range: (Float, Float) = (-1, 1),
  sourceLocation: SourceLocation = #_sourceLocation, _ function: ([Variable]) -> Variable
) {
  var stream = RandomStream(purpose: "gradient-check", task: "", seed: seed)
  let values = inputs.map { shape in
    Tensor(
      shape: shape,
      (0..<shape.reduce(1, *)).map { _ in Float(stream.uniform(Double(range.0), Double(range.1))) })
  }
  let resultShape = function(values.map { Variable($0) }).shape
  let weights = Tensor(
    shape: resultShape, (0..<resultShape.reduce(1, *)).map { _ in Float(stream.uniform(-1, 1)) })
  func scalar(_ variables: [Variable]) -> Variable { (function(variables) * Variable(weights)).sum() }

  let parameters = values.map { Variable.parameter($0) }
  let gradients = scalar(parameters).gradients()
  for index in values.indices {
    guard let gradient = gradients[parameters[index]] else {
      Issue.record("input \(index) has no gradient", sourceLocation: sourceLocation)
      continue
    }
    #expect(gradient.shape == values[index].shape, sourceLocation: sourceLocation)
    for element in 0..<values[index].count {
      func moved(_ by: Float) -> Float {
        var changed = values
        changed[index].withMutableElements { $0[element] += by }
        return scalar(changed.map { Variable($0) }).value.scalar
      }
      let difference = (moved(step) - moved(-step)) / (2 * step)
      let found = gradient.elements[element]
      #expect(
        abs(found - difference) <= tolerance * max(1, abs(difference)),
        "input \(index), element \(element): \(found) but differences give \(difference)",
        sourceLocation: sourceLocation)
    }
    // A frozen input gets no gradient and does not change the others'.
    var frozen = values.map { Variable.parameter($0) }
    frozen[index] = Variable(values[index])
    let others = scalar(frozen).gradients()
    #expect(others[frozen[index]] == nil, sourceLocation: sourceLocation)
    for other in values.indices where other != index {
      #expect(others[frozen[other]] == gradients[parameters[other]], sourceLocation: sourceLocation)
    }
  }
}
