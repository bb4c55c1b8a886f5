/// The upper half of a single-precision number: its range at 8 bits of precision.
package struct BFloat16 {
  let bitPattern: UInt16

  package init(bitPattern: UInt16) {
    self.bitPattern = bitPattern
  }

  /// Rounds to nearest, ties to even; a NaN stays one (its quiet bit is set, as rounding could carry it to infinity).
  init(_ value: Float) {
    let bits = value.bitPattern
    bitPattern =
      value.isNaN
      ? UInt16(truncatingIfNeeded: bits >> 16) | 0x40
      : UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }

  /// The same number.
  package var single: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}
