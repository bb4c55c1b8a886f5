import Basics
import Images

/// Labelled images that are loaded, or drawn, only when they are asked for.
public struct ImageSet: Sendable {
  /// The label of each image.
  public let labels: [Int]

  /// Whether the images are files, which take longer to decode than to read.
  public let areFiles: Bool
  /// Where the features of the images are, if these are all that is left of them.
  public private(set) var features: StoredFeatures?
  private let name: @Sendable (Int) -> String
  /// Where an image is listed; nil where nothing lists them.
  private let place: (@Sendable (Int) -> String)?
  private let source: @Sendable (Int) throws -> Source
  /// Hashes of files that were found before; nil where they are not known.
  private var knownHash: (@Sendable (Int) -> ContentHash)?

  /// What an image is made from.
  private enum Source {
    case file([UInt8], name: String)
    case drawn(RGBImage)

    func image() throws -> RGBImage {
      switch self {
      case .file(let bytes, let name): try RGBImage(decoding: bytes, name: name)
      case .drawn(let image): image
      }
    }

    var hash: ContentHash {
      switch self {
      case .file(let bytes, _): ContentHash(of: bytes)
      case .drawn(let image):
        image.pixels.withUnsafeBytes { ContentHash(of: $0, seed: UInt64(image.width) << 32 | UInt64(image.height)) }
      }
    }
  }

  /// The images that `load` gives for each index in `0..<labels.count`, the same one every time; it is called on several
  /// threads at once.
  ///
  /// - Parameter name: What messages call an image.
  public init(
    labels: [Int], name: @escaping @Sendable (Int) -> String, load: @escaping @Sendable (Int) throws -> RGBImage
  ) {
    self.init(labels: labels, areFiles: false, name: name) { .drawn(try load($0)) }
  }

  /// The same with a list of names.
  public init(labels: [Int], names: [String], load: @escaping @Sendable (Int) throws -> RGBImage) {
    precondition(labels.count == names.count, "\(labels.count) labels of \(names.count) images")
    self.init(labels: labels, name: { names[$0] }, load: load)
  }

  /// The images of JPEG, PNG or WebP files, which need not be there before they are asked for.
  ///
  /// - Parameters:
  ///   - place: Where an image is listed, as `pets.csv, line 3`, for messages on one that cannot be read.
  ///   - file: The path of an image.
  public init(
    labels: [Int], place: (@Sendable (Int) -> String)? = nil, file: @escaping @Sendable (Int) -> String
  ) {
    self.init(labels: labels, areFiles: true, name: file, place: place) { index in
      .file(try RGBImage.bytes(ofFile: file(index)), name: file(index))
    }
  }

  /// The same with a list of paths.
  public init(labels: [Int], files: [String]) {
    precondition(labels.count == files.count, "\(labels.count) labels of \(files.count) images")
    self.init(labels: labels) { files[$0] }
  }

  /// Images of which nothing but features is there.
  init(labels: [Int], features: StoredFeatures, name: @escaping @Sendable (Int) -> String) {
    self.init(labels: labels, areFiles: false, name: name) { _ in throw features.areNotImages }
    self.features = features
  }

  /// Refuses images of which nothing but features is there.
  ///
  /// - Throws: a usage ``Failure``.
  public func requireImages() throws {
    if let features { throw features.areNotImages }
  }

  private init(
    labels: [Int], areFiles: Bool, name: @escaping @Sendable (Int) -> String, place: (@Sendable (Int) -> String)? = nil,
    source: @escaping @Sendable (Int) throws -> Source
  ) {
    self.labels = labels
    self.areFiles = areFiles
    self.name = name
    self.place = place
    self.source = source
  }

  public var count: Int { labels.count }

  /// What messages call the image at an index: the path of its file, or what a drawn one was drawn from.
  public func name(at index: Int) -> String { name(index) }

  /// The name of every image.
  public var names: [String] { labels.indices.map(name) }

  /// The image at an index in `0..<count`.
  ///
  /// - Throws: ``Failure`` that names the image, and where it is listed, when it cannot be read.
  public func image(at index: Int) throws -> RGBImage { try withImage(at: index) { image, _ in image } }

  /// What tells the image at an index from all others: the hash of its file's bytes, or of its pixels if it is drawn.
  ///
  /// - Throws: ``Failure`` that names the image, and where it is listed, when it cannot be read.
  public func contentHash(at index: Int) throws -> ContentHash {
    if let knownHash { return knownHash(index) }
    return try naming(index) { try source(index).hash }
  }

  /// Calls `body` with the image at an index and the ``contentHash(at:)`` of what it was really made from: a file can have
  /// changed since it was last asked for.
  ///
  /// - Throws: ``Failure`` that names the image, and where it is listed, when it cannot be read or `body` throws one.
  public func withImage<Result>(
    at index: Int, _ body: (RGBImage, _ hash: () -> ContentHash) throws -> Result
  ) throws -> Result {
    try naming(index) {
      let source = try source(index)
      return try body(source.image()) { source.hash }
    }
  }

  /// The images at the given indices, in that order.
  public func subset(_ indices: [Int]) -> ImageSet {
    subset(indices, labels: indices.map { labels[$0] })
  }

  /// The images whose label is in the range, `range.lowerBound` becoming label 0.
  public func restricted(to range: Range<Int>) -> ImageSet {
    let indices = labels.indices.filter { range.contains(labels[$0]) }
    return subset(indices, labels: indices.map { labels[$0] - range.lowerBound })
  }

  /// The same images, whose files are known to have these hashes.
  func known(by hashes: [ContentHash]) -> ImageSet {
    var set = self
    set.knownHash = { hashes[$0] }
    return set
  }

  private func subset(_ indices: [Int], labels: [Int]) -> ImageSet {
    let place = place.map { place in { @Sendable (index: Int) in place(indices[index]) } }
    var set = ImageSet(labels: labels, areFiles: areFiles, name: { name(indices[$0]) }, place: place) {
      try source(indices[$0])
    }
    set.knownHash = knownHash.map { known in { @Sendable (index: Int) in known(indices[index]) } }
    set.features = features?.subset(indices)
    return set
  }

  /// Adds the image's name to a failure that does not begin with it.
  private func naming<Result>(_ index: Int, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let failure as Failure {
      let name = name(index)
      let hasName = failure.description.hasPrefix(name.printable)
      guard place != nil || !hasName else { throw failure }
      throw Failure((place.map { "\($0(index)): " } ?? "") + (hasName ? "" : "\(name): ") + "\(failure)")
    }
  }
}
