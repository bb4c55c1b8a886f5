/// A stream of random numbers that is found by name: (purpose, task, seed) → stream.
///
/// Streams of different names are independent, so that pretraining, shots, validation and test can never share one.
/// The generator is xoshiro256++ (Blackman and Vigna 2019), its state filled by SplitMix64 from an FNV-1a hash of the
/// name; the state can be stored and restored bit for bit.
public struct RandomStream: RandomNumberGenerator, Codable, Equatable, Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// The stream of a purpose ("shots", "test", "batch-order"), a task ("world:shapes") and a seed.
  public init(purpose: String, task: String, seed: UInt64) {
    self.init(name: "\(purpose)\u{1F}\(task)\u{1F}\(seed)")
  }

  /// The stream of a whole name.
  public init(name: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    func splitMix() -> UInt64 {
      hash &+= 0x9e37_79b9_7f4a_7c15
      var z = hash
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    s0 = splitMix()
    s1 = splitMix()
    s2 = splitMix()
    s3 = splitMix()
  }

  /// The stream of the `index`-th element of something that this stream stands for; does not advance this stream.
  ///
  /// Elements drawn from substreams can be drawn in any order and by any number of threads.
  public func substream(_ index: Int) -> RandomStream {
    RandomStream(name: "\(s0)\u{1F}\(s1)\u{1F}\(s2)\u{1F}\(s3)\u{1F}\(index)")
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(s0 &+ s3, 23) &+ s0
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = rotate(s3, 45)
    return result
  }

  /// A whole number uniform in `0..<count` (to within 2⁻⁶⁴); unlike the standard library's, the same for all versions of Swift.
  public mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

  /// A number uniform in [0, 1), with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number uniform in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    // The sum can round up to the end of the interval.
    min(low + (high - low) * uniform(), max(low, high.nextDown))
  }
}
