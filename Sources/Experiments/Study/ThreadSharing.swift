/// Whether jobs have a thread each, or share all threads.
package enum ThreadSharing {
  /// How much of their time threads work that share a small job: 0.88 was measured for SAPL on 768 classes, less for less.
  private static let sharedEfficiency = 0.85

  /// Which of some small jobs to work on side by side so that all are done soonest; the others then have all threads.
  ///
  /// - Parameter seconds: What each takes with all threads, descending; 0 where that is not known.
  package static func sideBySide(_ seconds: [Double], threads: Int) -> Range<Int> {
    func duration(_ jobs: Range<Int>) -> Double {
      // Each thread takes the next job when it is done with one.
      var busy = Array(repeating: 0.0, count: threads)
      for job in jobs {
        busy[busy.indices.min { busy[$0] < busy[$1] }!] += seconds[job] * Double(threads) * sharedEfficiency
      }
      return busy.max()! + (seconds[..<jobs.lowerBound] + seconds[jobs.upperBound...]).reduce(0, +)
    }
    // Shared are some of the longest, which would end alone, or some of the shortest, which are left over.
    let most = min(threads, seconds.count)
    let candidates = (0...most).flatMap { first in
      (0...most).compactMap { last in first + last <= seconds.count ? first..<seconds.count - last : nil }
    }
    return candidates.min { (duration($0), -$0.count) < (duration($1), -$1.count) }!
  }
}
