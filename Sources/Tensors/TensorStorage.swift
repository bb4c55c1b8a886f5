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
    (pointer, capacity) = Pool.take(Pool.capacity(for: count))
  }

  deinit { Pool.give(pointer, capacity) }

  /// Bytes of the pool's blocks in use, and the most that there ever were.
  static var usage: (now: Int, most: Int) {
    Pool.state.withLock { ($0.usedCount * MemoryLayout<Float>.stride, $0.most * MemoryLayout<Float>.stride) }
  }

  private enum Pool {
    /// Blocks below this many floats are left to `malloc`, which is good at them.
    static let smallest = 1024
    /// Blocks of at least this many floats are put on large pages: the first touch of small ones would take longer than many
    /// an operation.
    static let large = 1 << 19
    static let largePage = 2 << 20

    /// Sizes are rounded up by at most an eighth, so that steps of slightly different sizes use the same blocks.
    static func capacity(for count: Int) -> Int {
      guard count >= smallest else { return max(count, 1) }
      let unit = 1 << (Int.bitWidth - count.leadingZeroBitCount - 4)
      return (count + unit - 1) / unit * unit
    }

    struct State: ~Copyable {
      var free: [Int: [UInt]] = [:]
      var freeCount = 0
      /// Floats of the blocks in use, and the most that there ever were.
      var usedCount = 0
      var most = 0

      /// A free block of this size or half as large again; else the blocks to be released before a new one is allocated:
      /// used and free blocks together are never more than were in use at once.
      mutating func take(_ count: Int) -> (address: UInt?, capacity: Int, released: [UInt]) {
        let fitting = free[count] != nil ? count : free.keys.filter { $0 > count && $0 <= count + count / 2 }.min()
        let capacity = fitting ?? count
        usedCount += capacity
        most = max(most, usedCount)
        if let fitting { return (takeFree(fitting), fitting, []) }
        var released: [UInt] = []
        while usedCount + freeCount > most, let largest = free.keys.max(), let address = takeFree(largest) {
          released.append(address)
        }
        return (nil, capacity, released)
      }

      private mutating func takeFree(_ count: Int) -> UInt? {
        guard var blocks = free.removeValue(forKey: count) else { return nil }
        let address = blocks.removeLast()
        if !blocks.isEmpty { free[count] = blocks }
        freeCount -= count
        return address
      }

      mutating func give(_ address: UInt, _ count: Int) {
        usedCount -= count
        freeCount += count
        free[count, default: []].append(address)
      }
    }
    static let state = Mutex(State())

    /// - Returns: Memory for at least `count` floats, and for how many.
    static func take(_ count: Int) -> (UnsafeMutablePointer<Float>, capacity: Int) {
      if count >= smallest {
        let (address, capacity, released) = state.withLock { $0.take(count) }
        for address in released { free(UnsafeMutablePointer<Float>(bitPattern: address)!) }
        if let address { return (UnsafeMutablePointer(bitPattern: address)!, capacity) }
      }
      let bytes = count * MemoryLayout<Float>.stride
      var raw: UnsafeMutableRawPointer?
      guard posix_memalign(&raw, count >= large ? largePage : 64, bytes) == 0, let raw else {
        fatalError("out of memory: \(bytes) bytes for one tensor")
      }
      #if os(Linux)
        if count >= large { madvise(raw, bytes / largePage * largePage, MADV_HUGEPAGE) }
      #endif
      return (raw.bindMemory(to: Float.self, capacity: count), count)
    }

    static func give(_ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
      guard count >= smallest else { return free(pointer) }
      state.withLock { $0.give(UInt(bitPattern: pointer), count) }
    }
  }
}
