extension Scene {
  /// Everything that a caption can say about the scene and is true. A sketch has no texture; a pair has no size.
  public var facts: Facts {
    var facts = Facts()
    facts.insert(domain)
    facts.insert(background)
    facts.insert(figures[0].shape)
    facts.insert(figures[0].color)
    if domain != .sketch { facts.insert(figures[0].texture) }
    if let size { facts.insert(size) }
    if let position { facts.insert(position) }
    if let relation {
      facts.insert(relation)
      facts.insertSecond(figures[1].shape)
      facts.insertSecond(figures[1].color)
      if domain != .sketch { facts.insertSecond(figures[1].texture) }
    } else {
      facts.insert(count: figures.count)
    }
    return facts
  }

  /// What ``attributeLabels`` are labels of, in their order. Shape, colour and texture of a pair are its first object's.
  public static let attributeNames = [
    "shape", "color", "texture", "size", "background", "domain", "position", "count", "relation", "second shape",
    "second color",
  ]

  /// How many values each attribute has.
  public static let attributeCardinalities = [
    Shape.allCases.count, ObjectColor.allCases.count, Texture.allCases.count, Size.allCases.count,
    Background.allCases.count, Domain.allCases.count, Position.allCases.count, 4, Relation.allCases.count,
    Shape.allCases.count, ObjectColor.allCases.count,
  ]

  /// The value of each attribute in ``attributeNames``, −1 where the scene has none: for an auxiliary classifier.
  public var attributeLabels: [Int] {
    let second = relation == nil ? nil : figures[1]
    return [
      figures[0].shape.rawValue,
      figures[0].color.rawValue,
      domain == .sketch ? -1 : figures[0].texture.rawValue,
      size?.rawValue ?? -1,
      background.rawValue,
      domain.index,
      position?.rawValue ?? -1,
      relation == nil ? figures.count - 1 : -1,
      relation?.rawValue ?? -1,
      second?.shape.rawValue ?? -1,
      second?.color.rawValue ?? -1,
    ]
  }
}
