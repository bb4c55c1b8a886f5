import Basics

/// Python's `random.Random`, seeded by a whole number: the same numbers as CPython 3 gives after `random.seed(seed)`.
///
/// Published code draws its few-shot images with it, so that the same images can only be drawn by the same generator: the
/// Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded by `init_by_array`.
package struct PythonRandom {
  private static let (size, distance) = (624, 397)
  private var state: [UInt32]
  private var next = size

  package init(seed: UInt64) {
    // Python splits a seed into words of 32 bits, the lowest first, without zeros at the end.
    let (low, high) = (UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
    let key = high == 0 ? [low] : [low, high]
    var state = [UInt32](repeating: 0, count: Self.size)
    state[0] = 19_650_218
    func mixed(_ index: Int, _ factor: UInt32) -> UInt32 {
      (state[index - 1] ^ (state[index - 1] >> 30)) &* factor
    }
    for index in 1..<Self.size { state[index] = mixed(index, 1_812_433_253) &+ UInt32(index) }
    var (index, place) = (1, 0)
    func advance() {
      index += 1
      guard index == Self.size else { return }
      state[0] = state[Self.size - 1]
      index = 1
    }
    for _ in 0..<Self.size {
      state[index] = (state[index] ^ mixed(index, 1_664_525)) &+ key[place] &+ UInt32(place)
      advance()
      place = (place + 1) % key.count
    }
    for _ in 1..<Self.size {
      state[index] = (state[index] ^ mixed(index, 1_566_083_941)) &- UInt32(index)
      advance()
    }
    state[0] = 1 << 31
    self.state = state
  }

  /// The next 32 random bits.
  private mutating func word() -> UInt32 {
    if next == Self.size {
      for index in 0..<Self.size {
        let pair = (state[index] & 1 << 31) | (state[(index + 1) % Self.size] & ~(1 << 31))
        let other = state[(index + Self.distance) % Self.size]
        state[index] = other ^ (pair >> 1) ^ (pair & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      next = 0
    }
    var word = state[next]
    next += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  /// Python's `getrandbits`.
  ///
  /// - Parameter count: 1 to 64.
  package mutating func bits(_ count: Int) -> UInt64 {
    guard count > 32 else { return UInt64(word() >> UInt32(32 - count)) }
    let low = UInt64(word())
    return low | UInt64(word() >> UInt32(64 - count)) << 32
  }

  /// Python's `randrange`: a number uniform in `0..<count`.
  package mutating func below(_ count: Int) -> Int {
    let width = Int.bitWidth - count.leadingZeroBitCount
    while true {
      let number = bits(width)
      if number < UInt64(count) { return Int(number) }
    }
  }

  /// Python's `sample(range(count), size)`, in the order drawn.
  package mutating func sample(_ size: Int, of count: Int) -> [Int] {
    require(0...count ~= size, "a sample of \(size) of \(count)")
    // Python takes the one of two ways that needs less memory there; they draw other numbers.
    var tableSize = 21
    if size > 5 {
      var table = 1
      while table < 3 * size { table *= 4 }
      tableSize += table
    }
    if count <= tableSize {
      var pool = Array(0..<count)
      return (0..<size).map { position in
        let (place, last) = (below(count - position), count - position - 1)
        defer { pool[place] = pool[last] }
        return pool[place]
      }
    }
    var selected: Set<Int> = []
    return (0..<size).map { _ in
      while true {
        let number = below(count)
        if selected.insert(number).inserted { return number }
      }
    }
  }
}
