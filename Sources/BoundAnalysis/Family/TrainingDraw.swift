import Basics

/// One of the independently drawn training sets.
public struct TrainingDraw: Codable, Hashable, Sendable {
  /// What the sets of a sweep are for.
  public enum Purpose: String, Codable, Sendable {
    /// To find how large the divergence on the pool becomes, which fixes the set H_λ; used for nothing else.
    case pilot
    /// To estimate everything else.
    case estimate
  }

  /// What it is for.
  public let purpose: Purpose
  /// N, the number of its images.
  public let size: Int
  /// Its number among those of its purpose and size, from 0.
  public let index: Int

  /// A draw of the given parts.
  public init(_ purpose: Purpose, size: Int, index: Int) {
    self.purpose = purpose
    self.size = size
    self.index = index
  }

  /// The random numbers of the draw: independent of those of every other draw of the same seed.
  ///
  /// - Parameter use: What they are for, `images`, `signs` or `posterior`.
  public func stream(_ use: String, seed: UInt64) -> RandomStream {
    RandomStream(purpose: "bound \(use)", task: "\(purpose.rawValue) \(size) \(index)", seed: seed)
  }
}
