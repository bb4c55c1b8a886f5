import Basics
import CLIP
import Images
import Tensors

/// Pictures with labels that are loaded, or drawn, only when they are asked for.
public struct ImageSet: Sendable {
  /// The label of each picture.
  public let labels: [Int]
  /// What messages call each picture: the path of its file, or what a drawn one was drawn from.
  public let names: [String]

  /// Whether the pictures are files, which take longer to decode than to read.
  public let areFiles: Bool
  private let source: @Sendable (Int) throws -> Source

  /// What a picture is made from.
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

  /// The pictures that `load` gives for each index in `0..<labels.count`, the same one every time; it is called on
  /// several threads at once.
  public init(labels: [Int], names: [String], load: @escaping @Sendable (Int) throws -> RGBImage) {
    self.init(labels: labels, names: names, areFiles: false) { .drawn(try load($0)) }
  }

  /// The pictures of JPEG, PNG or WebP files, which need not be there before they are asked for.
  public init(labels: [Int], files: [String]) {
    self.init(labels: labels, names: files, areFiles: true) { index in
      .file(try RGBImage.bytes(ofFile: files[index]), name: files[index])
    }
  }

  private init(
    labels: [Int], names: [String], areFiles: Bool, source: @escaping @Sendable (Int) throws -> Source
  ) {
    precondition(labels.count == names.count, "\(labels.count) labels of \(names.count) pictures")
    self.labels = labels
    self.names = names
    self.areFiles = areFiles
    self.source = source
  }

  /// How many pictures there are.
  public var count: Int { labels.count }

  /// The picture at an index in `0..<count`.
  ///
  /// - Throws: ``Failure`` that begins with the picture's name when it cannot be read.
  public func image(at index: Int) throws -> RGBImage {
    try naming(index) { try source(index).image() }
  }

  /// What tells the picture at an index from all others: the hash of its file's bytes, or of its pixels if it is drawn.
  ///
  /// - Throws: ``Failure`` that begins with the picture's name when it cannot be read.
  public func contentHash(at index: Int) throws -> ContentHash {
    try naming(index) { try source(index).hash }
  }

  /// The picture at an index at a model's size, with the hash of what it was really made from: a file can have changed since
  /// it was last asked for.
  ///
  /// - Throws: ``Failure`` that begins with the picture's name when it cannot be read or fitted.
  public func fitted(at index: Int, _ preprocessing: ImagePreprocessing) throws -> (hash: ContentHash, image: RGBImage)
  {
    try naming(index) {
      let source = try source(index)
      return (source.hash, try preprocessing.fitted(source.image()))
    }
  }

  /// The pictures at the given indices as a model's input, loaded and fitted on all cores.
  ///
  /// - Returns: `[indices.count, 3, size, size]`.
  /// - Throws: ``Failure`` that begins with the name of the first picture that cannot be read or fitted.
  public func tensor(_ indices: [Int], preprocessing: ImagePreprocessing) throws -> Tensor {
    let fitted = try Parallel.map(indices.count) { position in
      try naming(indices[position]) { try preprocessing.fitted(source(indices[position]).image()).pixels }
    }
    return preprocessing.tensor(pixels: fitted.flatMap { $0 })
  }

  /// The pictures at the given indices, in that order.
  public func subset(_ indices: [Int]) -> ImageSet {
    subset(indices, labels: indices.map { labels[$0] })
  }

  /// The pictures whose label is in the range, `range.lowerBound` becoming label 0.
  public func restricted(to range: Range<Int>) -> ImageSet {
    let indices = labels.indices.filter { range.contains(labels[$0]) }
    return subset(indices, labels: indices.map { labels[$0] - range.lowerBound })
  }

  private func subset(_ indices: [Int], labels: [Int]) -> ImageSet {
    ImageSet(labels: labels, names: indices.map { names[$0] }, areFiles: areFiles) { try source(indices[$0]) }
  }

  /// Not every step between file and tensor knows the file's name.
  private func naming<Result>(_ index: Int, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let failure as Failure where !failure.description.hasPrefix(names[index].printable) {
      throw Failure("\(names[index]): \(failure)")
    }
  }
}
