import Foundation

/// Processes that compute the same thing together, each a share of what takes long: the ranks of MPI.
///
/// All ranks run the same program on the same inputs and call the same operations in the same order; only the first one writes files
/// and speaks.
public protocol RankGroup: Sendable {
  /// This process's number, from 0.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }

  /// Fills a buffer of which each rank has a part.
  ///
  /// - Parameter parts: The bytes that each rank has; together all of them, one behind the other.
  func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>])
  /// Replaces every number by its sum over the ranks, the same bits on all of them.
  func sum(_ values: UnsafeMutableBufferPointer<Float>)
  /// Ends this process, and with a status other than 0 and 130 (interrupted) all of them.
  func end(_ status: Int32) -> Never
}

/// The ranks that a piece of work is shared among: one, unless the program says otherwise (``group``).
public enum Ranks {
  private struct One: RankGroup {
    let rank = 0
    let count = 1
    func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {}
    func sum(_ values: UnsafeMutableBufferPointer<Float>) {}
    func end(_ status: Int32) -> Never { exit(status) }
  }

  /// This process by itself.
  public static let one: any RankGroup = One()

  /// The group of the work at hand. Threads that are started for parts of it see one rank: they share nothing.
  @TaskLocal public static var group: any RankGroup = Ranks.one

  /// This process's number.
  public static var rank: Int { group.rank }
  /// How many there are.
  public static var count: Int { group.count }
  /// Whether this process writes and speaks.
  public static var isFirst: Bool { rank == 0 }

  /// The shares of the ranks in a number of things, in order; they are empty where there are fewer than ranks.
  public static func shares(of count: Int) -> [Range<Int>] {
    let ranks = Ranks.count
    return (0..<ranks).map { count * $0 / ranks..<count * ($0 + 1) / ranks }
  }

  /// What this rank has of a list.
  public static func share<Element>(of list: [Element]) -> [Element] {
    count == 1 ? list : Array(list[shares(of: list.count)[rank]])
  }

  /// For each place whether it is true on any rank.
  public static func anyIsTrue(_ flags: [Bool]) -> [Bool] {
    guard count > 1 else { return flags }
    var bytes = [UInt8](repeating: 0, count: flags.count * count)
    let parts = (0..<count).map { $0 * flags.count..<($0 + 1) * flags.count }
    for (index, flag) in flags.enumerated() { bytes[parts[rank].lowerBound + index] = flag ? 1 : 0 }
    bytes.withUnsafeMutableBytes { group.gather($0, parts: parts) }
    return flags.indices.map { index in parts.contains { bytes[$0.lowerBound + index] != 0 } }
  }

  /// Whether it is true on any rank.
  public static func anyIsTrue(_ flag: Bool) -> Bool { anyIsTrue([flag])[0] }

  /// Waits until all ranks are here.
  public static func meet() { _ = anyIsTrue(false) }
}
