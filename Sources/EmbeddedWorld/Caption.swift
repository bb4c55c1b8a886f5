import Basics

/// A sentence about a scene, and exactly what it claims.
///
/// What a caption leaves out it leaves open, with two exceptions, both as people read captions:
/// - it names all there is: "a red star" claims an image of one object, "two stars" one of just two;
/// - a caption without a domain's word claims a plain image: "a photo of a star" is not true of a sketch.
public struct Caption: Sendable, Equatable {
  /// The sentence, in lower case with a full stop.
  public let text: String
  /// What it claims.
  public let claims: Facts

  /// Whether the caption is true of a scene. For many pairs keep each scene's ``Scene/facts`` and use ``isTrue(of:)-(Facts)``.
  public func isTrue(of scene: Scene) -> Bool {
    scene.facts.contains(claims)
  }

  /// Whether the caption is true of a scene with these facts.
  public func isTrue(of facts: Facts) -> Bool {
    facts.contains(claims)
  }

  /// A caption that is true of a scene and names a random subset of what is: of one object the shape in 92 % of cases,
  /// colour and texture in 55 %, size in 30 %, background in 20 %, position in 12 %; the domain always, unless plain.
  public static func random(for scene: Scene, from stream: inout RandomStream) -> Caption {
    var claims = Facts()
    claims.insert(scene.domain)
    var phrase: String
    if let relation = scene.relation {
      phrase = pairPhrase(scene, relation, &claims, &stream)
    } else if scene.position == nil {
      phrase = groupPhrase(scene, &claims, &stream)
    } else {
      phrase = singlePhrase(scene, &claims, &stream)
    }
    if stream.chance(0.2) {
      claims.insert(scene.background)
      phrase += " on a \(scene.background.word) background"
    }
    if let position = scene.position, stream.chance(0.12) {
      claims.insert(position)
      phrase += " \(position.phrase)"
    }
    return Caption(text: sentence(phrase, scene.domain, &stream), claims: claims)
  }

  private static func singlePhrase(_ scene: Scene, _ claims: inout Facts, _ stream: inout RandomStream) -> String {
    let figure = scene.figures[0]
    var words = ["a"]
    claims.insert(count: 1)
    if let size = scene.size, stream.chance(0.3) {
      claims.insert(size)
      words.append(size.word)
    }
    if stream.chance(0.55) {
      claims.insert(figure.color)
      words.append(figure.color.word)
    }
    if stream.chance(0.55), scene.domain != .sketch {
      claims.insert(figure.texture)
      words.append(figure.texture.word)
    }
    if stream.chance(0.92) {
      claims.insert(figure.shape)
      words.append(figure.shape.word)
    } else {
      words.append(ClassName.anyShape)
    }
    return words.joined(separator: " ")
  }

  private static func groupPhrase(_ scene: Scene, _ claims: inout Facts, _ stream: inout RandomStream) -> String {
    let figure = scene.figures[0]
    let count = scene.figures.count
    var words = [ClassName.number(count)]
    claims.insert(count: count)
    if stream.chance(0.7) {
      claims.insert(figure.color)
      words.append(figure.color.word)
    }
    if stream.chance(0.2), scene.domain != .sketch {
      claims.insert(figure.texture)
      words.append(figure.texture.word)
    }
    if stream.chance(0.5) {
      claims.insert(figure.shape)
      words.append(count == 1 ? figure.shape.word : figure.shape.plural)
    } else {
      words.append(count == 1 ? ClassName.anyShape : ClassName.anyShapes)
    }
    return words.joined(separator: " ")
  }

  private static func pairPhrase(
    _ scene: Scene, _ relation: Relation, _ claims: inout Facts, _ stream: inout RandomStream
  ) -> String {
    claims.insert(relation)
    var phrases: [String] = []
    for (index, figure) in scene.figures.enumerated() {
      var words = ["a"]
      if stream.chance(0.5) {
        if index == 0 { claims.insert(figure.color) } else { claims.insertSecond(figure.color) }
        words.append(figure.color.word)
      }
      if stream.chance(0.15), scene.domain != .sketch {
        if index == 0 { claims.insert(figure.texture) } else { claims.insertSecond(figure.texture) }
        words.append(figure.texture.word)
      }
      if stream.chance(0.92) {
        if index == 0 { claims.insert(figure.shape) } else { claims.insertSecond(figure.shape) }
        words.append(figure.shape.word)
      } else {
        words.append(ClassName.anyShape)
      }
      phrases.append(words.joined(separator: " "))
    }
    return stream.chance(0.5)
      ? "\(phrases[0]) \(relation.phrase) \(phrases[1])" : "\(phrases[1]) \(relation.reversePhrase) \(phrases[0])"
  }

  /// Puts a phrase into one of a dozen sentences; those without a word for the image are for plain images only. The
  /// sentence of the tasks' templates is the most frequent one.
  private static func sentence(_ phrase: String, _ domain: Domain, _ stream: inout RandomStream) -> String {
    let medium = stream.chance(0.5) ? domain.media[0] : stream.pick(domain.media)
    switch stream.below(domain == .plain ? 14 : 8) {
    case 0, 1, 2: return "\(medium) of \(phrase)."
    case 3: return "this is \(medium) of \(phrase)."
    case 4: return "here is \(medium) of \(phrase)."
    case 5: return "\(medium) that shows \(phrase)."
    case 6: return "\(medium) with \(phrase)."
    case 7: return "look at \(medium) of \(phrase)."
    case 8: return "\(phrase)."
    case 9: return "this is \(phrase)."
    case 10: return "here is \(phrase)."
    case 11: return "there is \(phrase)."
    case 12: return "look at \(phrase)."
    default: return "we see \(phrase)."
    }
  }
}
