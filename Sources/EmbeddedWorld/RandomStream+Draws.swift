import Basics

extension RandomStream {
  /// One of the elements of a collection that is not empty.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// True with the given probability.
  mutating func chance(_ probability: Double) -> Bool {
    uniform() < probability
  }

  /// A number uniform in [low, high).
  mutating func float(_ low: Double, _ high: Double) -> Float {
    Float(uniform(low, high))
  }

  /// A small change of a colour: three numbers uniform in [−amount, amount).
  mutating func tint(_ amount: Double) -> SIMD4<Float> {
    SIMD4(float(-amount, amount), float(-amount, amount), float(-amount, amount), 0)
  }
}
