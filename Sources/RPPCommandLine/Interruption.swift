import Dispatch
import Foundation
import Synchronization

/// Whether the user asked to stop (control-C, or SIGTERM): long work looks at it between steps and ends in order.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let requested = Atomic<Bool>(false)

  /// True once a signal came.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Calls `body` with signals turned into requests, but for those that the caller of the program wants to be ignored, as
  /// `nohup` does with SIGHUP.
  static func watching<Result>(_ body: () throws -> Result) rethrows -> Result {
    var earlier: [(signal: Int32, action: sigaction)] = []
    var sources: [any DispatchSourceSignal] = []
    for number in signals {
      var action = sigaction()
      sigaction(number, nil, &action)
      guard !isIgnored(action) else { continue }
      earlier.append((number, action))
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler { requested.store(true, ordering: .relaxed) }
      source.resume()
      sources.append(source)
    }
    defer {
      for source in sources { source.cancel() }
      for (number, var action) in earlier { sigaction(number, &action, nil) }
    }
    return try body()
  }

  /// C compares functions by their addresses, Swift does not compare them.
  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
