/// A question about images; with a ``Domain`` it makes a ``WorldTask``.
enum WorldTaskFamily: String, CaseIterable, Sendable {
  case shapes
  case colors
  case textures
  case coloredShapes = "colored-shapes"
  case texturedShapes = "textured-shapes"
  case counting
  case relations
  case large

  /// The domains in which the question has an answer: a sketch shows no texture, an inverted image other colours, and
  /// a bar over one of several objects hides how many there are.
  var domains: [Domain] {
    switch self {
    case .shapes: Domain.allCases
    case .colors, .coloredShapes: [.plain, .sketch, .faint, .blurry, .occluded]
    case .textures, .texturedShapes: [.plain, .faint, .blurry, .occluded, .inverted]
    case .counting: [.plain, .sketch, .faint, .blurry]
    case .relations: [.plain, .sketch, .faint, .blurry, .inverted]
    case .large: [.plain, .faint, .blurry, .occluded]
    }
  }

  /// The phrase that a class name completes.
  var phrase: String { self == .counting ? "{}" : "a {}" }

  /// The classes in label order. Where attributes are combined, each half of the order has every value of every
  /// attribute, in other combinations: so new classes test known words in new combinations.
  var classes: [WorldClass] {
    let shapes = Shape.allCases
    let colors = ObjectColor.allCases
    let textures = Texture.allCases
    switch self {
    case .shapes:
      return shapes.map { WorldClass(shape: $0) }
    case .colors:
      return colors.map { WorldClass(color: $0) }
    case .textures:
      return textures.map { WorldClass(texture: $0) }
    case .coloredShapes:
      return (0..<96).map { label in
        let shape = label % 12
        return WorldClass(shape: shapes[shape], color: colors[(shape + Self.spread[label / 12]) % 8])
      }
    case .texturedShapes:
      return (0..<48).map { label in
        let shape = label % 12
        return WorldClass(shape: shapes[shape], texture: textures[(shape + label / 12) % 4])
      }
    case .counting:
      return (0..<32).map { label in
        let color = label % 8
        return WorldClass(color: colors[color], count: 1 + (color + label / 8) % 4)
      }
    case .relations:
      // Six pairs of shapes, each both ways round in both relations; a pair's two classes in a half differ in both.
      return (0..<24).map { label in
        let pair = label % 6
        let (one, other) = (shapes[pair], shapes[6 + (pair + 2) % 6])
        let isReversed = [false, true, true, false][label / 6]
        return WorldClass(
          shape: isReversed ? other : one, relation: Relation.allCases[label / 6 % 2], second: isReversed ? one : other)
      }
    case .large:
      return (0..<768).map { label in
        let shape = label % 12
        let rest = label / 12
        let (color, texture, size) = (rest % 8, rest / 8 % 4, rest / 32)
        return WorldClass(
          shape: shapes[shape], color: colors[(shape + Self.spread[color]) % 8],
          texture: textures[(shape + texture) % 4],
          size: Size.allCases[(shape + color + texture + size) % 2])
      }
    }
  }

  /// An order of eight in which each half is spread over the whole.
  private static let spread = [0, 2, 4, 6, 1, 3, 5, 7]
}
