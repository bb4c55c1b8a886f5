import Basics

/// An image of the embedded world before it is drawn: what is true of it, and the nuisances that make it one of many.
///
/// There are three kinds: one object; a group of one to four objects that differ in place only; and a pair of objects of
/// different shapes and colours, one ``Relation`` apart.
public struct Scene: Sendable, Equatable {
  /// Width and height of every image in pixels.
  public static let side = 32
  /// Bytes of an image: `side · side · 3`.
  public static let byteCount = side * side * 3

  /// The objects; of a pair the upper or the left one first.
  public let figures: [Figure]
  /// How the first object stands to the second, in pairs only.
  public let relation: Relation?
  /// Size of the object, in scenes of one or several like objects.
  public let size: Size?
  /// Where the object is, in scenes that were made with one object.
  public let position: Position?
  /// What is behind the objects.
  public let background: Background
  /// The style.
  public let domain: Domain

  /// Added to the background colour.
  let backgroundTint: SIMD4<Float>
  /// Change of the background's brightness from the centre to the right and to the lower edge.
  let gradient: SIMD2<Float>
  /// A small blob that no caption mentions.
  let distractor: Blob?
  /// How strongly the domain shows, in 0..<1.
  let strength: Float
  /// A bar across the first object, drawn in the occluded domain.
  let bar: Bar
  /// Where the noise of the pixels comes from.
  let noise: RandomStream

  /// A disc.
  struct Blob: Sendable, Equatable {
    /// Pixels from the image's upper left corner.
    let center: SIMD2<Float>
    /// Pixels.
    let radius: Float
    /// Never that of the object.
    let color: ObjectColor
  }

  /// A grey bar through the whole image.
  struct Bar: Sendable, Equatable {
    /// Distance of its middle line from the object's centre, in the object's radii.
    let offset: Float
    /// The unit vector across it.
    let across: SIMD2<Float>
    /// In 0...1.
    let brightness: Float
  }

  private init(
    figures: [Figure], relation: Relation?, size: Size?, position: Position?, background: Background, domain: Domain,
    withDistractor: Bool, from stream: inout RandomStream
  ) {
    self.figures = figures
    self.relation = relation
    self.size = size
    self.position = position
    self.background = background
    self.domain = domain
    backgroundTint = stream.tint(0.03)
    gradient = SIMD2(stream.float(-0.1, 0.1), stream.float(-0.1, 0.1))
    if withDistractor, stream.chance(0.4) {
      let center = SIMD2(
        16 + (stream.chance(0.5) ? 1 : -1) * stream.float(10.5, 14),
        16 + (stream.chance(0.5) ? 1 : -1) * stream.float(10.5, 14))
      distractor = Blob(
        center: center, radius: stream.float(1.5, 2.4),
        color: Self.pick(ObjectColor.allCases, except: figures[0].color, from: &stream))
    } else {
      distractor = nil
    }
    strength = stream.float(0, 1)
    let lean = Figure.turn(by: stream.uniform(-0.8, 0.8))
    bar = Bar(
      offset: stream.float(-0.5, 0.5), across: stream.chance(0.5) ? lean : SIMD2(-lean.y, lean.x),
      brightness: stream.float(0, 0.12) + (background.isDark ? 0.72 : 0.22))
    noise = stream
  }

  /// A scene of one object with the given attributes; the others, and all nuisances, are drawn from the stream.
  public static func random(
    from stream: inout RandomStream, shape: Shape? = nil, color: ObjectColor? = nil, texture: Texture? = nil,
    size: Size? = nil, background: Background? = nil, position: Position? = nil, domain: Domain = .plain
  ) -> Scene {
    let shape = shape ?? stream.pick(Shape.allCases)
    let color = color ?? stream.pick(ObjectColor.allCases)
    let texture = texture ?? stream.pick(Texture.allCases)
    let size = size ?? stream.pick(Size.allCases)
    let position = position ?? stream.pick(Position.allCases)
    let background = background ?? stream.pick(Background.allCases)
    let shift = position.direction * stream.float(3.2, 5.2)
    let center = SIMD2(16 + shift.x + stream.float(-1.2, 1.2), 16 + shift.y + stream.float(-1.2, 1.2))
    let radius = size == .large ? stream.float(10, 11.5) : stream.float(6.4, 7.4)
    let figure = Figure(
      shape: shape, color: color, texture: texture, center: center, radius: radius, from: &stream)
    return Scene(
      figures: [figure], relation: nil, size: size, position: position, background: background, domain: domain,
      withDistractor: true, from: &stream)
  }

  /// A scene of `count` (1...4) small objects of one kind, spread over the quarters of the image.
  public static func randomGroup(
    from stream: inout RandomStream, count: Int, color: ObjectColor? = nil, domain: Domain = .plain
  ) -> Scene {
    let shape = stream.pick(Shape.allCases)
    let color = color ?? stream.pick(ObjectColor.allCases)
    let texture = stream.pick(Texture.allCases)
    let background = stream.pick(Background.allCases)
    var quarters = [SIMD2<Float>(8.5, 8.5), SIMD2(23.5, 8.5), SIMD2(8.5, 23.5), SIMD2(23.5, 23.5)]
    let figures = (0..<count).map { _ in
      let quarter = quarters.remove(at: stream.below(quarters.count))
      let center = quarter + SIMD2(stream.float(-1.6, 1.6), stream.float(-1.6, 1.6))
      return Figure(
        shape: shape, color: color, texture: texture, center: center, radius: stream.float(5.2, 6), from: &stream)
    }
    return Scene(
      figures: figures, relation: nil, size: .small, position: nil, background: background, domain: domain,
      withDistractor: false, from: &stream)
  }

  /// A scene of two objects of different shapes and colours; `first` is above or left of `second`.
  public static func randomPair(
    from stream: inout RandomStream, relation: Relation? = nil, first: Shape? = nil, second: Shape? = nil,
    domain: Domain = .plain
  ) -> Scene {
    let relation = relation ?? stream.pick(Relation.allCases)
    let first = first ?? pick(Shape.allCases, except: second, from: &stream)
    let second = second ?? pick(Shape.allCases, except: first, from: &stream)
    let firstColor = stream.pick(ObjectColor.allCases)
    let secondColor = pick(ObjectColor.allCases, except: firstColor, from: &stream)
    let background = stream.pick(Background.allCases)
    func figure(_ shape: Shape, _ color: ObjectColor, along: Float) -> Figure {
      let near = 16 + along + stream.float(-0.8, 0.8)
      let across = 16 + stream.float(-3.5, 3.5)
      return Figure(
        shape: shape, color: color, texture: stream.pick(Texture.allCases),
        center: relation == .above ? SIMD2(across, near) : SIMD2(near, across), radius: stream.float(6.2, 7.4),
        from: &stream)
    }
    let figures = [figure(first, firstColor, along: -7.8), figure(second, secondColor, along: 7.8)]
    return Scene(
      figures: figures, relation: relation, size: nil, position: nil, background: background, domain: domain,
      withDistractor: false, from: &stream)
  }

  private static func pick<Element: Equatable>(
    _ elements: [Element], except excluded: Element?, from stream: inout RandomStream
  ) -> Element {
    stream.pick(elements.filter { $0 != excluded })
  }
}
