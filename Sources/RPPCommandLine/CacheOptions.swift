import ArgumentParser
import FeatureStore

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
