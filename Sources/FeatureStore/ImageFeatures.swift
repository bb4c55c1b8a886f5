import Basics
import Tensors

/// The normalised features of a set's images, `[images, embed]`, in memory or in a mapped file that is larger than memory may be.
public struct ImageFeatures: Sendable {
  private enum Content: Sendable {
    case memory(Tensor)
    /// The row of each image; nil where every image has the row of its place.
    case file(FeatureFile, rows: [Int]?)
  }

  private let content: Content

  init(_ features: Tensor) { content = .memory(features) }

  /// - Throws: ``Failure`` if the file has no such row.
  init(_ file: FeatureFile, rows: [Int]?) throws {
    if let rows, let missing = rows.first(where: { !(0..<file.count).contains($0) }) {
      throw Failure("\(file.path) has \(file.count) rows, and row \(missing) is wanted")
    }
    content = .file(file, rows: rows)
  }

  /// The features of the images at the given places, `[indices.count, embed]`.
  ///
  /// - Throws: ``Failure`` naming the file whose row is damaged.
  public func rows(_ indices: [Int]) throws -> Tensor {
    switch content {
    case .memory(let features): Variable(features).gatheringRows(indices).value
    case .file(let file, let rows): try file.rows(rows.map { rows in indices.map { rows[$0] } } ?? indices)
    }
  }

  /// All of them in memory.
  ///
  /// - Throws: as ``rows(_:)``.
  public func tensor() throws -> Tensor {
    switch content {
    case .memory(let features): features
    case .file(let file, let rows): try file.rows(rows ?? Array(0..<file.count))
    }
  }
}
