import Basics
import Foundation
import Testing

/// Checkpoints and embedded data depend on these numbers: expected values come from a Python implementation of the
/// published generators.
@Suite struct RandomStreamTests {
  private let shots = RandomStream(purpose: "shots", task: "world:shapes", seed: 1)

  @Test func firstValuesStayWhatTheyAre() {
    var stream = shots
    #expect(stream.next() == 1_117_357_414_041_595_870)
    #expect(stream.next() == 8_831_958_042_015_528_837)
    #expect(stream.next() == 14_570_443_758_467_051_075)
    #expect(stream.next() == 6_866_331_794_978_316_866)
    var substream = shots.substream(7)
    #expect(substream.next() == 16_561_849_169_404_383_675)
    var normal = shots
    #expect(abs(normal.normal() + 0.350371578734525) < 1e-14)
  }

  @Test func everyPartOfTheNameCounts() {
    let streams = [
      shots, RandomStream(purpose: "test", task: "world:shapes", seed: 1),
      RandomStream(purpose: "shots", task: "world:icons", seed: 1),
      RandomStream(purpose: "shots", task: "world:shapes", seed: 2),
      // The parts keep their borders.
      RandomStream(purpose: "shotsworld", task: ":shapes", seed: 1),
      RandomStream(purpose: "shots", task: "world:shapes1", seed: 1),
    ]
    #expect(
      Set(
        streams.map {
          var stream = $0
          return stream.next()
        }
      ).count == streams.count)
  }

  @Test func substreamsDependOnNoOrder() {
    let forwards = (0..<1000).map { first(shots.substream($0)) }
    let backwards = (0..<1000).reversed().map { first(shots.substream($0)) }
    #expect(forwards == backwards.reversed())
    #expect(Set(forwards).count == 1000)
    var advanced = shots
    _ = advanced.next()
    #expect(first(advanced.substream(0)) != forwards[0])
  }

  @Test func aStoredStreamGoesOnWhereItWas() throws {
    var stream = shots
    for _ in 0..<10 { _ = stream.next() }
    var restored = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(restored == stream)
    #expect((0..<10).map { _ in restored.next() } == (0..<10).map { _ in stream.next() })
  }

  @Test func uniformNumbersHaveTheirMoments() {
    var stream = shots
    let values = (0..<100_000).map { _ in stream.uniform(-1, 3) }
    #expect(values.allSatisfy { -1 <= $0 && $0 < 3 })
    // Five standard errors: 4 / √12 / √100000 for the mean.
    #expect(abs(mean(values) - 1) < 5 * 0.00365)
    #expect(abs(variance(values) - 16.0 / 12) < 5 * 0.0038)
  }

  @Test func uniformNumbersNeverReachTheEnd() throws {
    // The state whose next 64 bits are all ones.
    let text = "{\"s0\":0,\"s1\":1,\"s2\":2,\"s3\":18446744073709551615}"
    let largest = try JSONDecoder().decode(RandomStream.self, from: Data(text.utf8))
    var stream = largest
    #expect(stream.uniform() == 1.0.nextDown)
    stream = largest
    #expect(stream.uniform(1, 2) == 2.0.nextDown)
    stream = largest
    #expect(stream.uniform(5, 5) == 5)
  }

  @Test func normalNumbersHaveTheirMoments() {
    var stream = shots
    let values = stream.normals(100_000, deviation: 2).map(Double.init)
    #expect(abs(mean(values)) < 5 * 0.0063)
    #expect(abs(variance(values) - 4) < 5 * 0.018)
    #expect(abs(mean(values.map { $0 * $0 * $0 }) / 8) < 5 * 0.0123)
    #expect(abs(mean(values.map { $0 * $0 * $0 * $0 }) / 16 - 3) < 5 * 0.031)
    let beyond = values.count { abs($0) > 4 }
    #expect(abs(Double(beyond) / 100_000 - 0.0455) < 5 * 0.00066)
  }

  private func first(_ stream: RandomStream) -> UInt64 {
    var stream = stream
    return stream.next()
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private func variance(_ values: [Double]) -> Double {
    let center = mean(values)
    return mean(values.map { ($0 - center) * ($0 - center) })
  }
}
