import Basics

/// Which images each step of an epoch sees: a new order every epoch, from a stream that the task and the seed name.
public struct BatchOrder: Sendable {
  private let stream: RandomStream
  private let count: Int
  /// Images in a step; fewer than asked for if there are fewer.
  public let batchSize: Int

  /// An order of `count` images.
  public init(count: Int, batchSize: Int, task: String, seed: UInt64) {
    stream = RandomStream(purpose: "batch-order", task: task, seed: seed)
    self.count = count
    self.batchSize = min(batchSize, count)
  }

  /// Steps in an epoch: an incomplete last batch is dropped if there is at least one whole one.
  public var stepsPerEpoch: Int { count / batchSize }

  /// The images of each step of an epoch.
  public func batches(epoch: Int) -> [[Int]] {
    var stream = stream.substream(epoch)
    let order = (0..<count).shuffled(using: &stream)
    return (0..<stepsPerEpoch).map { Array(order[$0 * batchSize..<($0 + 1) * batchSize]) }
  }
}
