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

  private let load: @Sendable (Int) throws -> RGBImage

  /// The pictures that `load` gives for each index in `0..<labels.count`, the same one every time; it is called on
  /// several threads at once.
  public init(labels: [Int], names: [String], load: @escaping @Sendable (Int) throws -> RGBImage) {
    precondition(labels.count == names.count, "\(labels.count) labels of \(names.count) pictures")
    self.labels = labels
    self.names = names
    self.load = load
  }

  /// How many pictures there are.
  public var count: Int { labels.count }

  /// The picture at an index in `0..<count`.
  ///
  /// - Throws: ``Failure`` that begins with the picture's name when it cannot be read.
  public func image(at index: Int) throws -> RGBImage {
    try naming(index) { try load(index) }
  }

  /// The pictures at the given indices as a model's input, loaded and fitted on all cores.
  ///
  /// - Returns: `[indices.count, 3, size, size]`.
  /// - Throws: ``Failure`` that begins with the name of the first picture that cannot be read or fitted.
  public func tensor(_ indices: [Int], preprocessing: ImagePreprocessing) throws -> Tensor {
    let fitted = try Parallel.map(indices.count) { position in
      try naming(indices[position]) { try preprocessing.fitted(load(indices[position])).pixels }
    }
    return preprocessing.tensor(pixels: fitted.flatMap { $0 })
  }

  /// The pictures at the given indices, in that order.
  public func subset(_ indices: [Int]) -> ImageSet {
    ImageSet(labels: indices.map { labels[$0] }, names: indices.map { names[$0] }) { try load(indices[$0]) }
  }

  /// The pictures whose label is in the range, `range.lowerBound` becoming label 0.
  public func restricted(to range: Range<Int>) -> ImageSet {
    let indices = labels.indices.filter { range.contains(labels[$0]) }
    return ImageSet(labels: indices.map { labels[$0] - range.lowerBound }, names: indices.map { names[$0] }) {
      try load(indices[$0])
    }
  }

  /// Not every step between file and tensor knows the file's name.
  private func naming<Result>(_ index: Int, _ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let failure as Failure where !failure.description.hasPrefix(names[index]) {
      throw Failure("\(names[index]): \(failure)")
    }
  }
}
