import Basics

/// One object of a scene: what captions say about it, and the nuisances they do not mention.
public struct Figure: Sendable, Equatable {
  /// What it is.
  public let shape: Shape
  /// Its colour.
  public let color: ObjectColor
  /// Its filling; a sketch does not show it.
  public let texture: Texture

  /// Centre in pixels from the image's upper left corner.
  let center: SIMD2<Float>
  /// Pixels for the unit of ``Outline``'s coordinates.
  let radius: Float
  /// Cosine and sine of the rotation.
  let turn: SIMD2<Float>
  /// Added to the colour.
  let tint: SIMD4<Float>
  /// Pixels from one stripe, check or dot to the next.
  let period: Float
  /// Shift of the texture in periods.
  let phase: SIMD2<Float>

  /// An object with the given attributes, its nuisances drawn from a stream.
  init(
    shape: Shape, color: ObjectColor, texture: Texture, center: SIMD2<Float>, radius: Float,
    from stream: inout RandomStream
  ) {
    self.shape = shape
    self.color = color
    self.texture = texture
    self.center = center
    self.radius = radius
    self.turn = Self.turn(by: stream.uniform(-0.6, 0.6))
    self.tint = stream.tint(0.05)
    // Dots stand further apart than checks, or the two look alike on small objects.
    self.period = (2.6 + 0.25 * radius) * stream.float(0.92, 1.08) * (texture == .dotted ? 1.2 : 1)
    // A dot lies near the object's middle, or a small arrow could be without any.
    let play = texture == .dotted ? 0.1 : 0.5
    self.phase = SIMD2(stream.float(0.5 - play, 0.5 + play), stream.float(0.5 - play, 0.5 + play))
  }

  /// Cosine and sine of an angle within ±1 rad by their power series (error below 1e-9): the C library's
  /// differ in the last bit between machines, and images should not.
  static func turn(by angle: Double) -> SIMD2<Float> {
    let square = angle * angle
    let cosine = 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))
    let sine = angle * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))))
    return SIMD2(Float(cosine), Float(sine))
  }
}
