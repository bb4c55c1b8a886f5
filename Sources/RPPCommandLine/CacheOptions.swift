import ArgumentParser
import FeatureStore
import Foundation
import PromptLearning
import Synchronization

/// Whether a command uses the cache.
struct CacheOptions: ParsableArguments {
  @Flag(
    help:
      "Do without the cache of features and decoded images (see \(Terminal.program) cache); changes no number."
  )
  var noCache = false

  /// Where features and decoded images come from; long work shows how far it is.
  func results() -> FrozenResults {
    let bars = LongWork()
    return FrozenResults(cache: noCache ? nil : Cache(Cache.path(), warn: Terminal.line)) { work, done, count in
      bars.show(work, done, of: count)
    }
  }

  /// Says on the error stream what was found in the cache, if there was something to look for.
  static func report(_ results: FrozenResults) {
    let uses = results.uses.map { "\($0.kind.rawValue.replacing("-", with: " ")) \($0.found) of \($0.count)" }
    if !uses.isEmpty { Terminal.line("from the cache: \(uses.joined(separator: ", "))") }
  }
}

/// Progress of work that takes longer than a person likes to wait.
private final class LongWork: Sendable {
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
