import Basics

extension RandomStream {
  /// A number uniform in `0..<count` (to within 2⁻⁶⁴); unlike the standard library's, fixed for all versions of Swift.
  mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

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
