import Basics

/// The attributes that all images of a class share.
struct WorldClass: Sendable {
  var shape: Shape?
  var color: ObjectColor?
  var texture: Texture?
  var size: Size?
  /// Number of objects, for classes of groups.
  var count: Int?
  /// For classes of pairs, whose shapes are `shape` and `second`.
  var relation: Relation?
  var second: Shape?

  /// The class in words, composed in the order in which captions name attributes.
  var name: String {
    var words: [String] = []
    if let count { words.append(ClassName.number(count)) }
    if let size { words.append(size.word) }
    if let color { words.append(color.word) }
    if let texture { words.append(texture.word) }
    words.append(shape?.word ?? ((count ?? 1) > 1 ? ClassName.anyShapes : ClassName.anyShape))
    if let relation, let second { words += [relation.phrase, "a", second.word] }
    return words.joined(separator: " ")
  }

  /// A scene of the class.
  func scene(domain: Domain, from stream: inout RandomStream) -> Scene {
    if let relation {
      Scene.randomPair(from: &stream, relation: relation, first: shape, second: second, domain: domain)
    } else if let count {
      Scene.randomGroup(from: &stream, count: count, color: color, domain: domain)
    } else {
      Scene.random(
        from: &stream, shape: shape, color: color, texture: texture, size: size, domain: domain)
    }
  }
}
