import Basics

/// An image while it is drawn: colours as numbers in 0...1, kept from one image to the next.
struct Canvas {
  private static let side = Scene.side
  private static let white = SIMD4<Float>(1, 1, 1, 0)

  private var pixels = [SIMD4<Float>](repeating: .zero, count: side * side)
  private var scratch = [SIMD4<Float>](repeating: .zero, count: side * side)

  /// Draws a scene and puts its `Scene.byteCount` bytes at `bytes`.
  mutating func draw(_ scene: Scene, into bytes: UnsafeMutablePointer<UInt8>) {
    fillBackground(scene)
    let opacity: Float = scene.domain == .faint ? 0.24 + 0.14 * scene.strength : 1
    if let blob = scene.distractor { fill(blob, opacity: opacity) }
    for figure in scene.figures {
      if scene.domain == .sketch {
        drawOutline(figure, width: 1.1 + 0.5 * scene.strength)
      } else {
        fill(figure, light: scene.background.isDark, opacity: opacity)
      }
    }
    switch scene.domain {
    case .occluded: drawBar(scene)
    case .blurry: for _ in 0..<(2 + Int(scene.strength * 3)) { blur() }
    case .inverted: for index in pixels.indices { pixels[index] = Self.white - pixels[index] }
    case .plain, .sketch, .faint: break
    }
    write(noise: scene.noise, into: bytes)
  }

  private mutating func fillBackground(_ scene: Scene) {
    let tone = scene.background.tone + scene.backgroundTint
    for y in 0..<Self.side {
      for x in 0..<Self.side {
        let slope = (Float(x) - 15.5) / 16 * scene.gradient.x + (Float(y) - 15.5) / 16 * scene.gradient.y
        pixels[y * Self.side + x] = tone + SIMD4(slope, slope, slope, 0)
      }
    }
  }

  /// Mixes colours into the pixels of the square of the given half side about `center`; `paint` gives the colour and its
  /// share at an offset (in pixels) from the centre.
  @inline(__always)
  private mutating func paint(
    _ center: SIMD2<Float>, reach: Float, _ paint: (SIMD2<Float>) -> (color: SIMD4<Float>, share: Float)
  ) {
    let columns = Self.range(center.x, reach)
    for y in Self.range(center.y, reach) {
      for x in columns {
        let (color, share) = paint(SIMD2(Float(x) + 0.5, Float(y) + 0.5) - center)
        guard share > 0 else { continue }
        let index = y * Self.side + x
        pixels[index] += (color - pixels[index]) * share
      }
    }
  }

  private static func range(_ center: Float, _ reach: Float) -> Range<Int> {
    let low = max(0, Int(center - reach - 1))
    return low..<max(low, min(side, Int(center + reach + 2)))
  }

  private mutating func fill(_ figure: Figure, light: Bool, opacity: Float) {
    let outline = Outline.of(figure.shape)
    let tone = figure.color.tone + figure.tint
    // The second tone of a texture stands out from the background, so that the shape stays whole.
    let otherTone = light ? tone * 0.2 + Self.white * 0.8 : tone * 0.25
    paint(figure.center, reach: figure.radius) { offset in
      let point = Self.unturn(offset, figure.turn)
      let share = Self.coverage(outline.distance(point / figure.radius) * figure.radius)
      guard share > 0 else { return (tone, 0) }
      return (tone + (otherTone - tone) * Self.pattern(figure, point), share * opacity)
    }
  }

  private mutating func drawOutline(_ figure: Figure, width: Float) {
    let outline = Outline.of(figure.shape)
    let tone = figure.color.tone + figure.tint
    paint(figure.center, reach: figure.radius) { offset in
      let distance = outline.distance(Self.unturn(offset, figure.turn) / figure.radius) * figure.radius
      return (tone, Self.coverage(abs(distance + width / 2) - width / 2))
    }
  }

  private mutating func fill(_ blob: Scene.Blob, opacity: Float) {
    let tone = blob.color.tone
    paint(blob.center, reach: blob.radius) { offset in
      (tone, Self.coverage((offset * offset).sum().squareRoot() - blob.radius) * opacity)
    }
  }

  private mutating func drawBar(_ scene: Scene) {
    let figure = scene.figures[0]
    let halfWidth = figure.radius * (0.22 + 0.12 * scene.strength)
    let tone = Self.white * scene.bar.brightness
    paint(figure.center, reach: Float(Self.side)) { offset in
      let across = (offset * scene.bar.across).sum() - scene.bar.offset * figure.radius
      return (tone, Self.coverage(abs(across) - halfWidth))
    }
  }

  /// The share of the texture's second tone at a point of the object's own coordinates (pixels).
  private static func pattern(_ figure: Figure, _ point: SIMD2<Float>) -> Float {
    let period = figure.period
    let place = point / period + figure.phase
    let fraction = place - place.rounded(.down) - 0.5
    switch figure.texture {
    case .solid:
      return 0
    case .striped:
      return coverage((abs(fraction.y) - 0.25) * period)
    case .dotted:
      return coverage(((fraction * fraction).sum().squareRoot() - 0.3) * period)
    case .checkered:
      let column = coverage((abs(fraction.x) - 0.25) * period)
      let row = coverage((abs(fraction.y) - 0.25) * period)
      return column + row - 2 * column * row
    }
  }

  /// The share of a pixel that lies inside an edge at a signed distance (pixels) from its centre.
  private static func coverage(_ distance: Float) -> Float {
    min(max(0.5 - distance, 0), 1)
  }

  private static func unturn(_ offset: SIMD2<Float>, _ turn: SIMD2<Float>) -> SIMD2<Float> {
    SIMD2(turn.x * offset.x + turn.y * offset.y, turn.x * offset.y - turn.y * offset.x)
  }

  /// One pass of the binomial filter (1 4 6 4 1)/16 each way: variance 1 pixel².
  private mutating func blur() {
    let last = Self.side - 1
    func weighted(_ values: [SIMD4<Float>], _ index: (Int) -> Int, _ at: Int) -> SIMD4<Float> {
      let outer = values[index(max(at - 2, 0))] + values[index(min(at + 2, last))]
      let inner = values[index(max(at - 1, 0))] + values[index(min(at + 1, last))]
      return outer * 0.0625 + inner * 0.25 + values[index(at)] * 0.375
    }
    for y in 0...last {
      for x in 0...last { scratch[y * Self.side + x] = weighted(pixels, { y * Self.side + $0 }, x) }
    }
    for y in 0...last {
      for x in 0...last { pixels[y * Self.side + x] = weighted(scratch, { $0 * Self.side + x }, y) }
    }
  }

  /// Adds the noise of the pixels and rounds. Noise of one channel is the sum of three numbers of 7 bits, close enough to
  /// a normal distribution and the same on every machine; its standard deviation is 0.03.
  private func write(noise: RandomStream, into bytes: UnsafeMutablePointer<UInt8>) {
    var noise = noise
    for (index, pixel) in pixels.enumerated() {
      var bits = noise.next()
      for channel in 0..<3 {
        let sum = Int(bits & 127) + Int(bits >> 7 & 127) + Int(bits >> 14 & 127)
        bits >>= 21
        let value = pixel[channel] + (Float(sum) - 190.5) * (0.03 / 64)
        bytes[index * 3 + channel] = UInt8(min(max(value, 0), 1) * 255 + 0.5)
      }
    }
  }
}
