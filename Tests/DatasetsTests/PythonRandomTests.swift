import Datasets
import Testing

/// Values of CPython 3.11.7.
@Suite struct PythonRandomTests {
  /// `random.seed(seed); [random.getrandbits(32) for _ in range(4)]`
  @Test(
    arguments: [
      (0, [3_626_764_237, 1_654_615_998, 3_255_389_356, 3_823_568_514]),
      (1, [577_090_037, 2_444_712_010, 3_639_700_191, 3_445_702_192]),
      (2, [4_106_135_923, 3_707_026_329, 4_070_888_059, 3_646_664_648]),
      (4_294_967_295, [2_728_839_433, 2_661_025_012, 872_737_089, 924_893_097]),
      (4_294_967_296, [485_306_839, 1_508_871_100, 1_794_561_286, 4_014_597_330]),
      (UInt64.max, [93_740_670, 1_068_495_656, 1_452_108_352, 2_657_516_307]),
    ] as [(UInt64, [UInt64])])
  func bitsOfASeed(seed: UInt64, bits: [UInt64]) {
    var random = PythonRandom(seed: seed)
    #expect((0..<4).map { _ in random.bits(32) } == bits)
  }

  /// `random.seed(1); [random.getrandbits(k) for k in (1, 5, 31, 32, 33, 48, 64)]`
  @Test func anyNumberOfBits() {
    var random = PythonRandom(seed: 1)
    #expect(
      [1, 5, 31, 32, 33, 48, 64].map { random.bits($0) }
        == [0, 18, 1_819_850_095, 3_445_702_192, 3_280_387_012, 33_188_307_809_340, 14_037_279_428_536_751_483])
  }

  /// `random.seed(1); [random.getrandbits(32) for _ in range(701)][700]`: the state is renewed after 624.
  @Test func theStateIsRenewed() {
    var random = PythonRandom(seed: 1)
    for _ in 0..<700 { _ = random.bits(32) }
    #expect(random.bits(32) == 1_357_504_633)
  }

  /// `random.seed(1); [random.randrange(n) for n in (1, 2, 3, 7, 100, 1000, 10**6, 2**32, 2**40)]`
  @Test func numbersBelow() {
    var random = PythonRandom(seed: 1)
    let numbers = [1, 2, 3, 7, 100, 1000, 1_000_000, 1 << 32, 1 << 40].map { random.below($0) }
    #expect(numbers == [0, 0, 1, 0, 63, 779, 471_325, 901_749_037, 62_224_870_530])
  }

  /// `random.seed(seed); random.sample(range(count), size)`: up to 21 (from 16 on 85) by a pool, above by a set.
  @Test(
    arguments: [
      (1, 30, 16, [4, 18, 27, 25, 24, 2, 8, 3, 15, 14, 21, 12, 6, 22, 19, 0]), (1, 30, 1, [4]), (2, 21, 2, [1, 2]),
      (2, 22, 2, [1, 2]), (1, 8, 4, [2, 4, 0, 7]), (5, 10, 10, [9, 4, 5, 6, 7, 8, 0, 1, 3, 2]), (1, 0, 0, []),
      (1, 86, 16, [17, 72, 8, 32, 15, 63, 57, 60, 83, 48, 26, 12, 62, 3, 49, 55]),
      (1, 100, 16, [17, 72, 97, 8, 32, 15, 63, 57, 60, 83, 48, 26, 12, 62, 3, 49]),
      (3, 278, 16, [121, 66, 189, 242, 33, 6, 240, 132, 119, 98, 276, 243, 203, 77, 118, 267]),
      (7, 1300, 16, [663, 308, 808, 98, 148, 1097, 192, 748, 1193, 118, 1039, 439, 76, 176, 888, 856]),
    ] as [(UInt64, Int, Int, [Int])])
  func samples(seed: UInt64, count: Int, size: Int, sample: [Int]) {
    var random = PythonRandom(seed: seed)
    #expect(random.sample(size, of: count) == sample)
  }

  /// `random.seed(1); [random.sample(range(n), 16) for n in (86, 85, 86)]`: one after the other, by a set, a pool and a set.
  @Test func oneSampleAfterTheOther() {
    var random = PythonRandom(seed: 1)
    #expect(
      [86, 85, 86].map { random.sample(16, of: $0) } == [
        [17, 72, 8, 32, 15, 63, 57, 60, 83, 48, 26, 12, 62, 3, 49, 55],
        [77, 0, 57, 34, 29, 75, 13, 40, 3, 2, 76, 69, 1, 48, 27, 54],
        [3, 67, 28, 56, 63, 70, 29, 44, 58, 37, 2, 53, 71, 82, 12, 23],
      ])
  }
}
