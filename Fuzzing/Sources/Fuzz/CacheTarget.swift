import Basics
import FeatureStore
import Foundation

/// The input is a file of the feature store (first byte even), or what is changed in a correct one (odd): three bytes
/// each, two for the place and one for what is put there.
///
/// A row that is found is the row that was kept.
enum CacheTarget {
  private static let warnings: @Sendable (String) -> Void = { _ in }
  private static let cache = Cache(ScratchFolder.folder("cache"), warn: warnings)
  private static let rows = cache.rows(.imageFeatures, dependencies: ["fuzzing"], about: "fuzzing", shape: [3])
  private static let hashes = (0..<3).map { ContentHash(of: "row \($0)") }
  private static let values = (0..<9).map { Float($0) }

  /// A correct file: its name and its bytes.
  private static let correct: (name: String, bytes: [UInt8]) = {
    rows.keep(hashes, floats: values)
    let name = try! Folder.names(in: rows.folder)[0]
    return (name, [UInt8](FileManager.default.contents(atPath: "\(rows.folder)/\(name)")!))
  }()

  static func run(_ input: [UInt8]) throws {
    var bytes = correct.bytes
    let body = input.dropFirst()
    if (input.first ?? 0) % 2 == 0 {
      bytes = Array(body)
    } else {
      for start in stride(from: body.startIndex, to: body.endIndex - 2, by: 3) {
        bytes[(Int(body[start]) + Int(body[start + 1]) << 8) % bytes.count] = body[start + 2]
      }
    }
    ScratchFolder.write(bytes, to: "\(rows.folder)/\(correct.name)")
    // Looking through folders takes longer than all the rest.
    if input.count % 8 == 0 { _ = try cache.entries() }
    for (hash, row) in rows.find(Set(hashes)) {
      guard let number = hashes.firstIndex(of: hash) else { fatalError("a row that was not asked for") }
      guard let floats = row.floats else { continue }
      require(floats == Array(values[number * 3..<number * 3 + 3]), "row \(number) is \(floats)")
    }
  }
}
