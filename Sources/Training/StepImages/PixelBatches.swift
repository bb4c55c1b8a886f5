import Basics
import CLIPModel
import Datasets
import Dispatch
import Images
import Synchronization
import Tensors

/// The pixels of training steps, read, or decoded and changed at random, ahead of the steps, on threads of their own: the worker
/// pool is left to the steps.
///
/// What an image's pixels are follows from its place in the set and the epoch alone, so that no number depends on which batches
/// were begun, when, and on how many threads.
package final class PixelBatches: Sendable {
  /// The images of a step.
  package struct Batch: Hashable, Sendable {
    /// The epoch of the step.
    let epoch: Int
    /// The places of its images in the set.
    let indices: [Int]

    package init(epoch: Int, indices: [Int]) { (self.epoch, self.indices) = (epoch, indices) }

    /// What this rank has of it.
    var ofRank: Batch { Batch(epoch: epoch, indices: Ranks.share(of: indices)) }
  }

  /// A batch that was begun.
  private final class Job: Sendable {
    private let result = Mutex<Result<[Tensor], any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () throws -> [Tensor]) {
      DispatchQueue.global().async {
        let made = Result { try work() }
        self.result.withLock { $0 = made }
        self.done.signal()
      }
    }

    /// Waits for what the work came to; to be called once.
    func get() throws -> [Tensor] {
      done.wait()
      return try result.withLock { $0! }.get()
    }
  }

  private let inputs: [ImagePreprocessing]
  private let worksAhead: Bool
  /// The bytes of an image in an epoch for each of the inputs.
  private let bytes: @Sendable (_ index: Int, _ epoch: Int) throws -> [[UInt8]]
  private let jobs = Mutex<[Batch: Job]>([:])

  /// The batches of images that `bytes` gives.
  ///
  /// - Parameters:
  ///   - inputs: What models take.
  ///   - worksAhead: False to make every batch when it is asked for, as where only one thread may work.
  ///   - bytes: The bytes of an image in an epoch for each of the inputs; called on several threads at once.
  package init(
    for inputs: [ImagePreprocessing], worksAhead: Bool = Parallel.threadCount > 1,
    bytes: @escaping @Sendable (_ index: Int, _ epoch: Int) throws -> [[UInt8]]
  ) {
    self.inputs = inputs
    self.worksAhead = worksAhead
    self.bytes = bytes
  }

  /// The batches of images that are changed at random.
  ///
  /// - Parameters:
  ///   - inputs: What models take: each of them sees the same change of an image.
  ///   - stream: What the changes come from: its substream of the epoch, and of that the one of the image's place.
  ///   - worksAhead: See ``init(for:worksAhead:bytes:)``.
  package convenience init(
    _ images: DecodedImages, _ augmentation: Augmentation, for inputs: [ImagePreprocessing],
    from stream: RandomStream, worksAhead: Bool = Parallel.threadCount > 1
  ) {
    self.init(for: inputs, worksAhead: worksAhead) { index, epoch in
      let image = try images.image(at: index)
      let stream = stream.substream(epoch).substream(index)
      return inputs.map { augmentation(image, side: $0.size, from: stream).pixels }
    }
  }

  /// How many batches to begin before they are asked for: two, or more where they have fewer images than there are threads.
  package static func depth(batchSize: Int) -> Int { max(2, (Parallel.threadCount + batchSize - 1) / batchSize) }

  /// Begins with the batches that will be asked for next, but for those that were begun; others are forgotten.
  package func begin(_ batches: [Batch]) {
    guard worksAhead else { return }
    jobs.withLock { jobs in
      let known = jobs
      jobs = Dictionary(
        batches.map { batch in
          (batch, known[batch] ?? Job { try self.made(batch) { try Self.mapOnOwnThreads(batch.indices.count, $0) } })
        }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The pixels of a batch as the models take them, `[images, 3, size, size]` for each of the inputs.
  ///
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read.
  package func pixels(_ batch: Batch) throws -> [Tensor] {
    if let job = jobs.withLock({ $0.removeValue(forKey: batch) }) { return try job.get() }
    return try made(batch) { try Parallel.map(batch.indices.count, $0) }
  }

  /// - Parameter map: Maps the places of the batch.
  private func made(
    _ batch: Batch, _ map: (@Sendable (Int) throws -> [[UInt8]]) throws -> [[[UInt8]]]
  ) throws -> [Tensor] {
    let pixels = try map { [bytes] position in try bytes(batch.indices[position], batch.epoch) }
    return inputs.indices.map { input in inputs[input].tensor(pixels: pixels.flatMap { $0[input] }) }
  }

  /// As ``Parallel/map(_:_:)``, without its workers.
  private static func mapOnOwnThreads<Element: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws -> Element
  ) throws -> [Element] {
    let results = Mutex<[Result<Element, any Error>?]>(Array(repeating: nil, count: count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(count, Parallel.threadCount)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let result = Result { try body(index) }
        results.withLock { $0[index] = result }
      }
    }
    return try results.withLock { $0 }.map { try $0!.get() }
  }
}
