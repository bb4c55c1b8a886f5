import Dispatch
import Foundation
import Synchronization

/// Whether the user asked to stop (control-C, or SIGTERM): long work looks at it between steps and ends in order.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let requested = Atomic<Bool>(false)

  /// True once a signal came.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Calls `body` with signals turned into requests.
  static func watching<Result>(_ body: () throws -> Result) rethrows -> Result {
    let sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler { requested.store(true, ordering: .relaxed) }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      for number in signals { signal(number, SIG_DFL) }
    }
    return try body()
  }
}
