import Basics
import FeatureStore
import Synchronization

/// A cache in a folder, with rows of four floats that follow from their numbers.
struct Sample {
  let cache: Cache
  let rows: RowCache
  private let said: Said

  init(_ path: String, dependencies: [String] = ["weights 1"]) {
    let said = Said()
    self.said = said
    cache = Cache(path) { line in said.lines.withLock { $0.append(line) } }
    rows = cache.rows(.imageFeatures, dependencies: dependencies, about: "a test", shape: [4])
  }

  /// What the cache warned of.
  var warnings: [String] { said.lines.withLock { $0 } }

  static func hash(_ number: Int) -> ContentHash { ContentHash(of: [number]) }

  static func row(_ number: Int) -> [Float] { (0..<4).map { Float(number) + Float($0) / 3 } }

  @discardableResult
  func keep(_ numbers: [Int]) -> Bool {
    rows.keep(numbers.map(Self.hash), floats: numbers.flatMap(Self.row))
  }

  /// Which of the rows are there, whole; every one of them has what was kept.
  func find(_ numbers: [Int]) -> [Int: [Float]] {
    let found = rows.find(Set(numbers.map(Self.hash)))
    return Dictionary(
      uniqueKeysWithValues: numbers.compactMap { number in
        found[Self.hash(number)]?.floats.map { (number, $0) }
      })
  }
}

private final class Said: Sendable {
  let lines = Mutex<[String]>([])
}
