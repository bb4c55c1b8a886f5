import Basics
import CLIPModel
import Datasets
import Foundation
import SafeTensors
import Synchronization

/// Makes the `FeatureFile` of a split, in any number of processes at once, killed and begun again at any moment.
///
/// The file has its full length from the beginning, and every row is written into its place as soon as it is there, followed by its
/// check: what was computed is not computed again. A process takes a piece of the rows by a lock on these bytes of the file, which
/// ends with the process. When all rows are there the file gets its name.
public struct FeatureFileWriter: Sendable {
  /// Images that a process takes at once.
  static let pieceSize = 64

  /// Computes the rows of images and hands out each of them, on any thread.
  package typealias Rows =
    @Sendable (
      _ indices: [Int], _ body: @Sendable (_ index: Int, _ row: [Float]) throws -> Void
    ) throws -> Void

  private let count: Int
  private let backbone: Backbone
  private let rows: Rows
  private let dtype: DType
  private let path: String
  private let folder: FeatureFolder
  private let split: FeatureFolder.Split

  /// - Parameters:
  ///   - images: The split's images, of which all are there.
  ///   - dtype: F16 or F32.
  public init(
    _ images: ImageSet, of split: FeatureFolder.Split, in folder: FeatureFolder, by backbone: Backbone, dtype: DType
  ) {
    self.init(count: images.count, of: split, in: folder, by: backbone, dtype: dtype) { indices, body in
      try FrozenResults.features(images, indices, backbone) { index, _, row in try body(index, row) }
    }
  }

  /// The same of rows that come from elsewhere.
  package init(
    count: Int, of split: FeatureFolder.Split, in folder: FeatureFolder, by backbone: Backbone, dtype: DType,
    rows: @escaping Rows
  ) {
    (self.count, self.backbone, self.dtype, self.rows) = (count, backbone, dtype, rows)
    (self.folder, self.split) = (folder, split)
    path = folder.featurePath(split, checksum: backbone.checksum)
  }

  /// Whether all rows are there.
  public var isFinished: Bool { FileManager.default.fileExists(atPath: path) }

  /// Bytes of the file.
  public var bytes: Int { layout.dataSize }

  private var embed: Int { backbone.configuration.embedDimension }
  private var layout: SafeTensorsLayout {
    SafeTensorsLayout([
      .init(FeatureFile.featuresName, dtype, [count, embed]), .init(FeatureFile.checksName, .uint64, [count]),
    ])
  }

  /// Takes the space of the file, so that a full disk is found before hours of work.
  ///
  /// - Throws: ``Failure`` naming the file that cannot be written, or was begun for other features.
  public func reserve() throws {
    if let file = try open() { close(file.descriptor) }
  }

  /// Computes all rows that are not there; of a finished file makes sure that all are whole.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked before every piece; what was computed stays.
  ///   - progress: Told how many rows are there of all, on any thread.
  /// - Returns: How many rows this process computed; nil if it was stopped.
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read, or names the file that cannot be
  ///   written.
  public func run(
    shouldStop: () -> Bool = { false }, progress: @escaping @Sendable (_ done: Int, _ count: Int) -> Void = { _, _ in }
  ) throws -> Int? {
    guard let file = try open() else {
      try FeatureFile(path, backbone, images: folder.digest(of: split), count: count).requireWhole(dtype)
      return 0
    }
    defer { close(file.descriptor) }
    let tally = Mutex((done: 0, computed: 0))
    let pieces = stride(from: 0, to: count, by: Self.pieceSize).map {
      $0..<min($0 + Self.pieceSize, count)
    }
    // What others are at is looked at again when nothing else is left, and taken over if they have died.
    var busy: [Range<Int>] = []
    func take(_ piece: Range<Int>, waiting: Bool) throws -> Bool {
      guard try file.lock(piece, waiting: waiting) else { return false }
      defer { file.unlock(piece) }
      let missing = try piece.filter { try !file.hasRow($0) }
      let there = piece.count - missing.count
      tally.withLock { tally in
        tally.done += there
        progress(tally.done, count)
      }
      try rows(missing) { index, row in
        try file.write(row, at: index)
        tally.withLock { tally in
          tally.done += 1
          tally.computed += 1
          progress(tally.done, count)
        }
      }
      return true
    }
    for piece in pieces {
      if shouldStop() { return nil }
      if try !take(piece, waiting: false) { busy.append(piece) }
    }
    for piece in busy {
      if shouldStop() { return nil }
      _ = try take(piece, waiting: true)
    }
    try locked { try file.finish(as: path) }
    return tally.withLock { $0.computed }
  }

  /// The file that is filled, made if need be; nil if all rows are there.
  private func open() throws -> FeatureFileInProgress? {
    let partial = path + AtomicFile.temporaryExtension
    return try locked {
      // Another process may have finished it by now, and must not find it begun anew.
      guard !isFinished else { return nil }
      let images = try folder.digest(of: split)
      let beginning = try layout.beginning(metadata: [
        FeatureFile.backboneKey: backbone.name, FeatureFile.checksumKey: backbone.checksum,
        FeatureFile.preprocessingKey: backbone.preprocessing.words.values,
        FeatureFile.precisionKey: backbone.precision.rawValue, FeatureFile.imagesKey: images,
      ])
      return try FeatureFileInProgress(
        partial, beginning: beginning, layout: layout, embed: embed, dtype: dtype,
        seed: FeatureFile.seed(backbone, images))
    }
  }

  /// Calls `body` while no other process begins or finishes a file of the folder.
  private func locked<Result>(_ body: () throws -> Result) throws -> Result {
    let lock = try FileLock.waiting(in: (path as NSString).deletingLastPathComponent, name: "lock")
    return try withExtendedLifetime(lock, body)
  }
}
