import Basics
import EmbeddedWorld
import Foundation
import Testing

@Suite struct CaptionTests {
  private static let scenes = CaptionedScenes(seed: 5)

  private static func words(_ caption: Caption) -> Set<String> {
    Set(caption.text.split { !$0.isLetter && $0 != "-" }.map(String.init))
  }

  private static func caption(_ scene: Scene, _ index: Int = 0) -> Caption {
    var stream = RandomStream(purpose: "test of captions", task: "world", seed: 1).substream(index)
    return Caption.random(for: scene, from: &stream)
  }

  @Test func aCaptionIsTrueOfItsScene() {
    for index in 0..<3000 {
      let (scene, caption) = Self.scenes.sample(index: index)
      #expect(caption.isTrue(of: scene), "\(caption.text)")
      #expect(caption.isTrue(of: scene.facts))
      #expect(caption.text.hasSuffix(".") && caption.text == caption.text.lowercased())
    }
  }

  /// Reads the words of one-object captions independently of their claims.
  @Test func theWordsOfACaptionAreTrueExactlyWhenItsClaimsAre() {
    let samples = (0..<4000).map { Self.scenes.sample(index: $0) }
    let singles = samples.filter { $0.scene.position != nil && $0.scene.domain == .plain }
    let captions = singles.prefix(300).map { ($0.caption, Self.words($0.caption)) }
    for (caption, words) in captions {
      for (scene, _) in singles.prefix(300) {
        let figure = scene.figures[0]
        func allows(_ vocabulary: [String], _ own: String?) -> Bool {
          vocabulary.allSatisfy { !words.contains($0) || $0 == own }
        }
        let positions = ["middle", "left", "right", "top", "bottom"]
        let expected =
          allows(Shape.allCases.map(\.word), figure.shape.word)
          && allows(ObjectColor.allCases.map(\.word), figure.color.word)
          && allows(Texture.allCases.map(\.word), figure.texture.word)
          && allows(Size.allCases.map(\.word), scene.size?.word)
          && allows(Background.allCases.map(\.word), scene.background.word)
          && allows(positions, scene.position.map { positions[$0.rawValue] })
        #expect(caption.isTrue(of: scene) == expected, "\(caption.text)")
      }
    }
  }

  @Test func aCaptionAboutAnotherShapeIsFalse() {
    var tried = 0
    for index in 0..<500 {
      var stream = RandomStream(purpose: "test of shapes", task: "world", seed: 1).substream(index)
      let other = Self.caption(Scene.random(from: &stream, shape: .ring), index)
      let scene = Scene.random(from: &stream, shape: .circle)
      guard Self.words(other).contains("ring") else { continue }
      tried += 1
      #expect(!other.isTrue(of: scene), "\(other.text)")
    }
    #expect(tried > 400)
  }

  @Test func namesAreLeftOutAsOftenAsDocumented() {
    let count = 4000
    var stream = RandomStream(purpose: "test of shares", task: "world", seed: 1)
    let captions = (0..<count).map { index in
      Self.words(
        Self.caption(
          Scene.random(from: &stream, shape: .star, color: .red, texture: .dotted, size: .large, position: .top), index)
      )
    }
    for (word, share) in [
      ("star", 0.92), ("red", 0.55), ("dotted", 0.55), ("large", 0.3), ("background", 0.2), ("top", 0.12),
    ] {
      let measured = Double(captions.filter { $0.contains(word) }.count) / Double(count)
      #expect(abs(measured - share) < 0.03, "\(word)")
    }
  }

  @Test func aCaptionClaimsADomainByItsWordAndPlainByNone() {
    for domain in Domain.allCases {
      for index in 0..<50 {
        var stream = RandomStream(purpose: "test of domains", task: "world", seed: 1).substream(index)
        let scene = Scene.random(from: &stream, domain: domain)
        let caption = Self.caption(scene, index)
        #expect((domain == .plain) || domain.media.contains { caption.text.contains($0) }, "\(caption.text)")
        for other in Domain.allCases where other != domain {
          var stream = RandomStream(purpose: "test of domains", task: "world", seed: 1).substream(index)
          #expect(!caption.isTrue(of: Scene.random(from: &stream, domain: other)))
        }
      }
    }
  }

  @Test func aSketchHasNoTextureToName() {
    for index in 0..<200 {
      var stream = RandomStream(purpose: "test of sketches", task: "world", seed: 1).substream(index)
      let words = Self.words(Self.caption(Scene.random(from: &stream, domain: .sketch), index))
      #expect(words.isDisjoint(with: Texture.allCases.map(\.word)))
    }
  }

  @Test func numbersAreExact() {
    for count in 1...4 {
      for index in 0..<30 {
        var stream = RandomStream(purpose: "test of numbers", task: "world", seed: 1).substream(index)
        let caption = Self.caption(Scene.randomGroup(from: &stream, count: count), index)
        #expect(Self.words(caption).contains(["one", "two", "three", "four"][count - 1]))
        for other in 1...4 where other != count {
          var stream = RandomStream(purpose: "test of numbers", task: "world", seed: 1).substream(index)
          #expect(!caption.isTrue(of: Scene.randomGroup(from: &stream, count: other)), "\(caption.text)")
        }
      }
    }
  }

  @Test func aPairIsDescribedFromEitherSide() {
    var phrases: Set<String> = []
    for index in 0..<300 {
      var stream = RandomStream(purpose: "test of pairs", task: "world", seed: 1).substream(index)
      let scene = Scene.randomPair(from: &stream, relation: .above, first: .star, second: .ring)
      let caption = Self.caption(scene, index)
      let reversed = Scene.randomPair(from: &stream, relation: .above, first: .ring, second: .star)
      let beside = Scene.randomPair(from: &stream, relation: .leftOf, first: .star, second: .ring)
      let words = Self.words(caption)
      #expect(!caption.isTrue(of: beside))
      if words.contains("star") || words.contains("ring") { #expect(!caption.isTrue(of: reversed)) }
      for phrase in ["star above a ring", "ring below a star"] where caption.text.contains(phrase) {
        phrases.insert(phrase)
      }
      #expect(!caption.text.contains("ring above") && !caption.text.contains("star below"))
    }
    #expect(phrases.count == 2)
  }
}
