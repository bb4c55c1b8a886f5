import Basics
import CLIPModel
import Datasets
import Foundation

/// How many images are decoded and prepared for a model in a second.
public struct ImageBenchmark {
  /// What was measured.
  public struct Result: Codable, Sendable {
    /// How many images there are.
    public let images: Int
    /// The side to which they were brought, in pixels.
    public let size: Int
    /// Seconds of each pass over all of them.
    public let seconds: [Double]
    /// Images by the median of these.
    public let imagesPerSecond: Double
    /// Threads that worked.
    public let threads: Int
  }

  private let set: ImageSet
  private let preprocessing: ImagePreprocessing

  /// A benchmark of files.
  public init(files: [String], preprocessing: ImagePreprocessing) {
    set = ImageSet(labels: files.map { _ in 0 }, files: files)
    self.preprocessing = preprocessing
  }

  /// Measures passes over all images, in batches of 64: read, decoded, resized, cropped, normalised.
  ///
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read.
  public func run(passes: Int, report: (Int) -> Void = { _ in }) throws -> Result {
    let seconds = try (0..<passes).map { pass in
      let duration = try ContinuousClock().measure {
        for start in stride(from: 0, to: set.count, by: 64) {
          _ = try set.tensor(Array(start..<min(start + 64, set.count)), preprocessing: preprocessing)
        }
      }
      report(pass + 1)
      return duration / .seconds(1)
    }
    return Result(
      images: set.count, size: preprocessing.size, seconds: seconds,
      imagesPerSecond: Double(set.count) / seconds.sorted()[seconds.count / 2], threads: Parallel.threadCount)
  }
}
