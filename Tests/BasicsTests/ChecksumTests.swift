import Basics
import Foundation
import Testing

/// Expected values come from Python's `xxhash` (`xxh3_128_hexdigest`).
@Suite struct ChecksumTests {
  @Test func valuesStayWhatTheyAre() {
    #expect(Checksum.of(Data()) == "99aa06d3014798d86001c324468d497f")
    #expect(Checksum.of(Data("abc".utf8)) == "06b05ab6733a618578af5f94892f3950")
    #expect(Checksum.of(Data((0..<2048).map { UInt8($0 % 256) })) == "df73e0768dd183fadd420471ff96bd00")
  }

  @Test func dataAndItsBytesAgree() {
    let bytes: [UInt8] = [1, 2, 3]
    #expect(bytes.withUnsafeBytes { Checksum.of($0) } == Checksum.of(Data(bytes)))
    #expect(Checksum.of(UnsafeRawBufferPointer(start: nil, count: 0)) == Checksum.of(Data()))
  }
}
