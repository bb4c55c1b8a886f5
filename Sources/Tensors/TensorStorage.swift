import Foundation
import Synchronization

/// The memory of a tensor: 64-byte aligned floats, given back to a pool when the last tensor that uses them is gone.
///
/// A training step asks for the same sizes again and again; fresh pages from the system would cost more than many of the
/// operations that fill them.
final class TensorStorage: @unchecked Sendable {
  // @unchecked: written only while `Tensor` holds the single reference to it, read by anyone afterwards.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let capacity: Int

  init(count: Int) {
    self.count = count
    capacity = Pool.capacity(for: count)
    pointer = Pool.take(capacity)
  }

  deinit { Pool.give(pointer, capacity) }

  private enum Pool {
    /// Blocks below this many floats are left to `malloc`, which is good at them.
    static let smallest = 1024
    /// Free memory kept for the next step, at most; beyond it blocks go back to the system.
    static let limit = 1 << 28

    /// Sizes are rounded up by at most an eighth, so that steps of slightly different sizes use the same blocks.
    static func capacity(for count: Int) -> Int {
      guard count >= smallest else { return max(count, 1) }
      let unit = 1 << (Int.bitWidth - count.leadingZeroBitCount - 4)
      return (count + unit - 1) / unit * unit
    }

    struct State: ~Copyable {
      var free: [Int: [UInt]] = [:]
      var freeCount = 0
    }
    static let state = Mutex(State())

    static func take(_ count: Int) -> UnsafeMutablePointer<Float> {
      if count >= smallest {
        let address = state.withLock { state -> UInt? in
          guard let address = state.free[count]?.popLast() else { return nil }
          state.freeCount -= count
          return address
        }
        if let address { return UnsafeMutablePointer(bitPattern: address)! }
      }
      var raw: UnsafeMutableRawPointer?
      guard posix_memalign(&raw, 64, count * MemoryLayout<Float>.stride) == 0, let raw else {
        fatalError("out of memory: \(count * 4) bytes for one tensor")
      }
      return raw.bindMemory(to: Float.self, capacity: count)
    }

    static func give(_ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
      guard count >= smallest, count <= limit else { return free(pointer) }
      let released = state.withLock { state -> [UInt] in
        var released: [UInt] = []
        if state.freeCount + count > limit {
          released = state.free.values.flatMap { $0 }
          state.free = [:]
          state.freeCount = 0
        }
        state.free[count, default: []].append(UInt(bitPattern: pointer))
        state.freeCount += count
        return released
      }
      for address in released { free(UnsafeMutablePointer<Float>(bitPattern: address)!) }
    }
  }
}
