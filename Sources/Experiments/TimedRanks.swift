import Basics
import Synchronization

/// Ranks that know how long they have communicated.
final class TimedRanks: RankGroup {
  /// Seconds so far.
  struct Times: Sendable {
    /// Until all ranks were there: what differences in their work cost.
    var waiting = 0.0
    /// Gathering features.
    var gathering = 0.0
    /// Summing gradients.
    var summing = 0.0
  }

  private let group: any RankGroup
  private let times = Mutex(Times())

  init(_ group: any RankGroup) { self.group = group }

  var rank: Int { group.rank }
  var count: Int { group.count }
  var seconds: Times { times.withLock(\.self) }

  func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {
    wait()
    time(\.gathering) { group.gather(bytes, parts: parts) }
  }

  func sum(_ values: UnsafeMutableBufferPointer<Float>) {
    wait()
    time(\.summing) { group.sum(values) }
  }

  func end(_ status: Int32) -> Never { group.end(status) }

  private func wait() {
    time(\.waiting) { Ranks.$group.withValue(group) { Ranks.meet() } }
  }

  private func time(_ part: WritableKeyPath<Times, Double> & Sendable, _ work: () -> Void) {
    let seconds = ContinuousClock().measure(work) / .seconds(1)
    times.withLock { $0[keyPath: part] += seconds }
  }
}
