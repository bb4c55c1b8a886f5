import Basics
import EmbeddedWorld
import Foundation
import Testing

@Suite struct SceneTests {
  private static func stream(_ index: Int) -> RandomStream {
    RandomStream(purpose: "test of scenes", task: "world", seed: 1).substream(index)
  }

  private static func scene(_ index: Int, _ domain: Domain = .plain) -> Scene {
    var stream = stream(index)
    return Scene.random(from: &stream, domain: domain)
  }

  @Test func aStreamGivesTheSameSceneAndTheSameImageAgain() {
    #expect(Self.scene(3) == Self.scene(3))
    #expect(Self.scene(3).draw() == Self.scene(3).draw())
    #expect(Self.scene(3) != Self.scene(4))
    #expect(Self.scene(3).draw() != Self.scene(4).draw())
  }

  @Test func drawingManyOnAllCoresGivesTheBytesOfDrawingOneByOne() {
    let count = 200
    let together = Scene.draw(count: count) { Self.scene($0, Domain.allCases[$0 % 6]) }
    let apart = (0..<count).reversed().map { Self.scene($0, Domain.allCases[$0 % 6]).draw().pixels }.reversed()
    #expect(together == apart.flatMap { $0 })
    #expect(Scene.draw(count: 0) { Self.scene($0) }.isEmpty)
  }

  /// Drawing uses only operations that IEEE 754 defines to the last bit, so the bytes are the same on every machine.
  /// Whoever changes the world on purpose changes this number, and trains the embedded backbones anew.
  @Test func theWorldIsTheOneThatTheBackbonesWereTrainedOn() {
    let scenes = CaptionedScenes(seed: 1)
    let pixels = Scene.draw(count: 500) { scenes.sample(index: $0).scene }
    let captions = (0..<500).map { scenes.sample(index: $0).caption.text }.joined(separator: "\n")
    #expect(Checksum.of(Data(pixels)) == "afb0bd3470cc3350971f5e8dd8f92bac")
    #expect(Checksum.of(Data(captions.utf8)) == "35cb445503c03f328e5154f52af20563")
  }

  @Test(arguments: Domain.allCases.filter { $0 != .plain })
  func aDomainChangesTheImageButNotTheObject(domain: Domain) {
    for index in 0..<20 {
      let (plain, changed) = (Self.scene(index), Self.scene(index, domain))
      let difference = zip(plain.draw().pixels, changed.draw().pixels).map { abs(Int($0) - Int($1)) }
      #expect(difference.filter { $0 > 8 }.count > 60)
      #expect(plain.figures == changed.figures)
      #expect(plain.background == changed.background)
      #expect(changed.domain == domain)
    }
  }

  @Test func givenAttributesAreKept() {
    var stream = Self.stream(0)
    for _ in 0..<50 {
      let scene = Scene.random(
        from: &stream, shape: .heart, color: .cyan, texture: .dotted, size: .small, background: .olive,
        position: .left, domain: .faint)
      #expect(scene.figures.map(\.shape) == [.heart])
      #expect(scene.figures.map(\.color) == [.cyan])
      #expect(scene.figures.map(\.texture) == [.dotted])
      #expect(scene.size == .small)
      #expect(scene.background == .olive)
      #expect(scene.position == .left)
      #expect(scene.domain == .faint)
    }
  }

  @Test func anObjectIsWhereItsPositionSays() {
    for position in Position.allCases {
      var stream = Self.stream(9)
      let scene = Scene.random(
        from: &stream, shape: .square, color: .red, texture: .solid, size: .small, background: .white,
        position: position)
      let pixels = scene.draw().pixels
      var (count, x, y) = (0, 0, 0)
      for place in 0..<(Scene.side * Scene.side) {
        let (red, green, blue) = (pixels[3 * place], pixels[3 * place + 1], pixels[3 * place + 2])
        guard red > 170, green < 100, blue < 100 else { continue }
        (count, x, y) = (count + 1, x + place % Scene.side, y + place / Scene.side)
      }
      #expect(count > 40)
      let right = Double(x) / Double(count) - 15.5
      let down = Double(y) / Double(count) - 15.5
      switch position {
      case .middle: #expect(abs(right) < 2 && abs(down) < 2)
      case .left: #expect(right < -1.5 && abs(down) < 2)
      case .right: #expect(right > 1.5 && abs(down) < 2)
      case .top: #expect(down < -1.5 && abs(right) < 2)
      case .bottom: #expect(down > 1.5 && abs(right) < 2)
      }
    }
  }

  @Test func groupsHoldLikeObjectsAndPairsUnlikeOnes() {
    var stream = Self.stream(1)
    for count in 1...4 {
      let group = Scene.randomGroup(from: &stream, count: count, color: .pink)
      #expect(group.figures.count == count)
      #expect(Set(group.figures.map(\.shape)).count == 1)
      #expect(Set(group.figures.map(\.color)) == [.pink])
      #expect(Set(group.figures.map(\.texture)).count == 1)
    }
    for _ in 0..<100 {
      let pair = Scene.randomPair(from: &stream, second: .ring)
      #expect(pair.figures.count == 2)
      #expect(pair.figures[1].shape == .ring)
      #expect(pair.figures[0].shape != .ring)
      #expect(pair.figures[0].color != pair.figures[1].color)
    }
  }

  @Test func attributeLabelsStayWithinTheirCardinalities() {
    let scenes = CaptionedScenes(seed: 2)
    #expect(Scene.attributeNames.count == Scene.attributeCardinalities.count)
    var seen = Scene.attributeCardinalities.map { _ in Set<Int>() }
    for index in 0..<3000 {
      let labels = scenes.sample(index: index).scene.attributeLabels
      #expect(labels.count == Scene.attributeCardinalities.count)
      for (attribute, label) in labels.enumerated() {
        #expect((-1..<Scene.attributeCardinalities[attribute]).contains(label))
        seen[attribute].insert(label)
      }
    }
    for (attribute, labels) in seen.enumerated() {
      // Inverted images are the one value that pretraining does not have.
      let expected = Scene.attributeCardinalities[attribute] - (Scene.attributeNames[attribute] == "domain" ? 1 : 0)
      #expect(labels.subtracting([-1]).count == expected, "\(Scene.attributeNames[attribute])")
    }
  }

  @Test func whatASceneDoesNotHaveHasNoLabel() {
    func labels(_ scene: Scene) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: zip(Scene.attributeNames, scene.attributeLabels))
    }
    var stream = Self.stream(2)
    let sketch = labels(Scene.random(from: &stream, shape: .star, domain: .sketch))
    #expect(sketch["texture"] == -1)
    #expect(sketch["shape"] == Shape.star.rawValue)
    #expect(sketch["count"] == 0)
    #expect(sketch["relation"] == -1)
    let pair = labels(Scene.randomPair(from: &stream, relation: .leftOf, first: .star, second: .ring))
    #expect(pair["shape"] == Shape.star.rawValue)
    #expect(pair["second shape"] == Shape.ring.rawValue)
    #expect(pair["relation"] == Relation.leftOf.rawValue)
    #expect(pair["size"] == -1)
    #expect(pair["count"] == -1)
    let group = labels(Scene.randomGroup(from: &stream, count: 3))
    #expect(group["count"] == 2)
    #expect(group["position"] == -1)
    #expect(group["second shape"] == -1)
  }
}
