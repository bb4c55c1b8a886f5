import Basics

/// Bootstrap replicates, drawn on all cores; the same for any number of threads.
enum Replicates {
  /// How many are drawn from one substream.
  private static let chunk = 50

  /// As many values as the settings say.
  ///
  /// - Parameter make: Called for every few replicates; returns what draws one, which may keep buffers.
  static func draw(
    _ settings: BootstrapSettings, _ make: @Sendable () -> (inout RandomStream) -> Double
  ) throws -> [Double] {
    let (count, stream) = (settings.replicates, settings.stream)
    return try Parallel.map((count + chunk - 1) / chunk) { index in
      var substream = stream.substream(index)
      let draw = make()
      return (0..<min(chunk, count - index * chunk)).map { _ in draw(&substream) }
    }.flatMap { $0 }
  }
}
