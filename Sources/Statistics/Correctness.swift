import Basics

/// Which test images a method classified correctly, with each seed: seeds × images, each true or false.
///
/// All seeds were tested on the same images in the same order, and seed s of a task is one training run: where a task has
/// base and new classes, row s of both is of the same run.
public struct Correctness: Equatable, Sendable {
  /// How many seeds (rows).
  public let seeds: Int
  /// How many test images (columns).
  public let images: Int
  /// 1 where correct; the images of the first seed, then those of the second.
  let flags: [UInt8]

  /// The rows of all seeds.
  ///
  /// - Throws: ``Failure`` if there is no seed or no image, or the seeds have different numbers of images.
  public init(_ bySeed: [[Bool]]) throws {
    guard let first = bySeed.first, !first.isEmpty else { throw Failure("no seeds or no test images to count") }
    for (seed, row) in bySeed.enumerated() where row.count != first.count {
      throw Failure("seed \(seed) has \(row.count) test images, seed 0 has \(first.count); they must be the same ones")
    }
    seeds = bySeed.count
    images = first.count
    flags = bySeed.flatMap { $0.map { $0 ? 1 : 0 } }
  }

  private init(seeds: Int, images: Int, flags: [UInt8]) {
    self.seeds = seeds
    self.images = images
    self.flags = flags
  }

  /// A method without randomness, as zero-shot classification, beside one with `count` seeds: its only row that many times.
  public func repeated(seeds count: Int) -> Correctness {
    require(seeds == 1, "only one row can be repeated, there are \(seeds)")
    return Correctness(seeds: count, images: images, flags: (0..<count).flatMap { _ in flags })
  }

  /// For each seed whether each image was classified correctly.
  public var rows: [[Bool]] {
    (0..<seeds).map { seed in flags[seed * images..<(seed + 1) * images].map { $0 == 1 } }
  }

  /// The accuracy with each seed, from 0 to 1.
  public var accuracies: [Double] {
    (0..<seeds).map { seed in
      Double(flags[seed * images..<(seed + 1) * images].reduce(0) { $0 + Int($1) }) / Double(images)
    }
  }
}
