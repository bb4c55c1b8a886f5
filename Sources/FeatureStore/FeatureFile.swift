import Basics
import CLIPModel
import Datasets
import Foundation
import SafeTensors
import Tensors

/// The normalised features that a frozen backbone made of all images of a split of a ``FeatureFolder``, mapped into memory.
///
/// A safetensors file with `image_features`, `[images, embed]`, of 16- or 32-bit floats, and `checks`, `[images]` of 64 bits: of each
/// row a hash of its bytes and its place, seeded by what all rows depend on, backbone, preprocessing, and the images. A row is checked whenever it is read, and the file is
/// made in place, see ``FeatureFileWriter``: a row whose check does not hold is not there yet.
struct FeatureFile: Sendable {
  static let (featuresName, checksName, backboneKey, checksumKey, preprocessingKey, precisionKey, imagesKey) = (
    "image_features", "checks", "backbone", "backboneChecksum", "preprocessing", "precision",
    "images"
  )

  let path: String
  /// How many images there are.
  let count: Int
  private let embed: Int
  private let dtype: DType
  private let seed: UInt64
  private let file: SafeTensorsFile

  /// The features of a backbone.
  ///
  /// - Throws: ``Failure`` if there are none, or they are those of another backbone or of other images.
  init(_ stored: StoredFeatures, by backbone: Backbone) throws {
    let path = stored.folder.featurePath(stored.split, checksum: backbone.checksum)
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure(
        "features:\(stored.folder.path) has no features of \(backbone.name) (\(path) is missing); rpp features --task TASK "
          + "--backbone \(backbone.name) --out \(stored.folder.path) adds them, where the images are")
    }
    try self.init(path, backbone, images: stored.digest, count: stored.count)
  }

  /// - Parameters:
  ///   - images: See ``FeatureFolder/digest(of:)``.
  ///   - wanted: How many images there must be.
  init(_ path: String, _ backbone: Backbone, images: String, count wanted: Int) throws {
    do {
      file = try SafeTensorsFile(path: path)
    } catch let failure as Failure {
      throw Failure("\(failure); remove the file, and rpp features --task makes it again")
    }
    self.path = path
    let (features, checks) = (try file.info(Self.featuresName), try file.info(Self.checksName))
    embed = backbone.configuration.embedDimension
    dtype = features.dtype
    count = checks.shape.first ?? 0
    guard [.float16, .float32].contains(dtype), features.shape == [count, embed], checks.dtype == .uint64 else {
      throw Failure("\(path): not the features of images by \(backbone.name), [images, \(embed)]")
    }
    guard file.metadata[Self.checksumKey] == backbone.checksum,
      file.metadata[Self.preprocessingKey] == backbone.preprocessing.words.values
    else {
      throw Failure(
        "\(path): the features are of \(file.metadata[Self.backboneKey] ?? "another backbone"), whose weights or preprocessing "
          + "are not those of \(backbone.name)")
    }
    guard file.metadata[Self.imagesKey] == images, count == wanted else {
      throw Failure(
        "\(path): the features are of other images; remove the file, and rpp features --task makes it again")
    }
    seed = Self.seed(backbone, images)
  }

  /// Makes sure that every row is there, and is stored as wanted.
  ///
  /// - Throws: ``Failure`` naming the first row that is damaged; a usage ``Failure`` for another dtype.
  func requireWhole(_ wanted: DType) throws {
    guard dtype == wanted else {
      throw Failure.usage(
        "\(path) is there in \(dtype.rawValue), and \(wanted.rawValue) is wanted; choose another --out, or remove the file"
      )
    }
    let size = 4096
    _ = try Parallel.map((count + size - 1) / size) { piece in
      _ = try rows(Array(piece * size..<min((piece + 1) * size, count)))
    }
  }

  /// What checks are seeded by.
  static func seed(_ backbone: Backbone, _ images: String) -> UInt64 {
    ContentHash(of: backbone.checksum + backbone.preprocessing.words.values + images).low
  }

  /// The check of a row.
  static func check(_ row: UnsafeRawBufferPointer, at index: Int, seed: UInt64) -> UInt64 {
    // Zeros, which a file consists of before it is filled, are no row's check.
    max(1, ContentHash(of: row, seed: seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15).low)
  }

  /// Rows as 32-bit floats, `[indices.count, embed]`.
  ///
  /// - Throws: ``Failure`` if one of them is damaged.
  func rows(_ indices: [Int]) throws -> Tensor {
    let size = embed * dtype.size
    return try Tensor(shape: [indices.count, embed]) { out in
      try file.withUnsafeBytes(of: Self.featuresName) { bytes in
        try file.withUnsafeBytes(of: Self.checksName) { checks in
          for (position, index) in indices.enumerated() {
            let row = UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
            let check = UInt64(littleEndian: checks.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            guard Self.check(row, at: index, seed: seed) == check else {
              throw Failure(
                "\(path): row \(index) is damaged; remove the file, and rpp features --task makes it again")
            }
            read(row, into: UnsafeMutableBufferPointer(rebasing: out[position * embed..<(position + 1) * embed]))
          }
        }
      }
    }
  }

  private func read(_ row: UnsafeRawBufferPointer, into out: UnsafeMutableBufferPointer<Float>) {
    for index in 0..<embed {
      let value =
        dtype == .float16
        ? Float(
          Float16(bitPattern: UInt16(littleEndian: row.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))))
        : Float(bitPattern: UInt32(littleEndian: row.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
      out.initializeElement(at: index, to: value)
    }
  }
}
