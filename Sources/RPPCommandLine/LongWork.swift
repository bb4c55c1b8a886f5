import Foundation
import Synchronization

/// Progress of work that takes longer than a person likes to wait.
final class LongWork: Sendable {
  private struct Work {
    let name: String
    let start = Date()
    var bar: ProgressBar?
  }

  private let current = Mutex<Work?>(nil)

  func show(_ name: String, _ done: Int, of count: Int) {
    current.withLock { current in
      var work = current.flatMap { $0.name == name ? $0 : nil } ?? Work(name: name)
      if work.bar == nil, Date().timeIntervalSince(work.start) > 2 { work.bar = ProgressBar(name, since: work.start) }
      work.bar?.show(done, of: count, "")
      current = done < count ? work : nil
    }
  }
}
