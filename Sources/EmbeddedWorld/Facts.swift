/// What is true of a scene, or what a caption claims, as sets of bits: a claim holds if its bits are among the scene's.
public struct Facts: Sendable, Equatable {
  /// Facts about the image and its (first) object.
  private var image: UInt64 = 0
  /// Facts about the second object of a pair.
  private var second: UInt64 = 0

  /// No facts: a claim that is always true.
  init() {}

  /// Whether every fact of `other` is among these.
  public func contains(_ other: Facts) -> Bool {
    other.image & ~image == 0 && other.second & ~second == 0
  }

  mutating func insert(_ shape: Shape) { image |= bit(0, shape.rawValue) }
  mutating func insert(_ color: ObjectColor) { image |= bit(12, color.rawValue) }
  mutating func insert(_ texture: Texture) { image |= bit(20, texture.rawValue) }
  mutating func insert(_ size: Size) { image |= bit(24, size.rawValue) }
  mutating func insert(_ background: Background) { image |= bit(26, background.rawValue) }
  mutating func insert(_ domain: Domain) { image |= bit(34, domain.index) }
  mutating func insert(_ position: Position) { image |= bit(40, position.rawValue) }
  mutating func insert(_ relation: Relation) { image |= bit(45, relation.rawValue) }
  mutating func insert(count: Int) { image |= bit(47, count - 1) }
  mutating func insertSecond(_ shape: Shape) { second |= bit(0, shape.rawValue) }
  mutating func insertSecond(_ color: ObjectColor) { second |= bit(12, color.rawValue) }
  mutating func insertSecond(_ texture: Texture) { second |= bit(20, texture.rawValue) }

  private func bit(_ base: Int, _ value: Int) -> UInt64 { 1 << UInt64(base + value) }
}
