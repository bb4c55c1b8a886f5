import Synchronization

/// What the tensors of this process compute and hold, for tests that compare it with what is counted beforehand.
///
/// It is measured for the process as a whole: measure in a process of its own.
package enum Measurement {
  private static let isCounting = Atomic(false)
  private static let multiplyAdds = Atomic(0)

  /// The floating-point operations of all matrix products executed by `body`, a multiplication and an addition each counting
  /// one.
  package static func operations(of body: () throws -> Void) rethrows -> Double {
    multiplyAdds.store(0, ordering: .relaxed)
    isCounting.store(true, ordering: .relaxed)
    defer { isCounting.store(false, ordering: .relaxed) }
    try body()
    return 2 * Double(multiplyAdds.load(ordering: .relaxed))
  }

  /// Called with the size of every product that is executed.
  static func count(m: Int, n: Int, k: Int) {
    guard isCounting.load(ordering: .relaxed) else { return }
    multiplyAdds.add(m * n * k, ordering: .relaxed)
  }

  /// Bytes of all tensors of at least 1024 elements that are there now.
  package static var bytes: Int { TensorStorage.usage.now }

  /// The most that ``bytes`` has ever been.
  package static var mostBytes: Int { TensorStorage.usage.most }
}
