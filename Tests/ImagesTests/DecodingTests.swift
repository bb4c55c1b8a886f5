import Basics
import Foundation
import Images
import Testing

@Suite struct DecodingTests {
  /// Pillow 13's pixels of each image: equal for lossless formats, and at most 1 of 255 and 1 % of the pixels off for
  /// JPEG and lossy WebP, which another version of their libraries may round differently.
  @Test(arguments: OwnImages.names)
  func asPillow(name: String) throws {
    let expected = try GoldenImages(contentsOf: "\(OwnImages.folder)/\(name).safetensors")
    let decoded = try #require(expected.images["decoded"])
    let image = try RGBImage(contentsOf: "\(OwnImages.folder)/\(name)")
    let deviation = Deviation(image, from: decoded)
    if name.hasSuffix(".jpg") || name.hasPrefix("lossy") {
      #expect(deviation.largest <= 1 && deviation.share <= 0.01, "\(deviation)")
    } else {
      #expect(image == decoded, "\(deviation)")
    }
  }

  @Test func everyKindIsThere() {
    #expect(OwnImages.names.count == 27)
  }

  /// The first bytes decide, not the name.
  @Test func formatIsRecognisedByContent() throws {
    let bytes = try OwnImages.bytes("color.png")
    #expect(try RGBImage(decoding: bytes, name: "color.jpg") == RGBImage(decoding: Data(bytes), name: "color.png"))
  }

  @Test func cutFilesAreRefused() throws {
    for name in OwnImages.names {
      let bytes = try OwnImages.bytes(name)
      for share in [0.5, 0.75, 0.9] {
        let cut = bytes.prefix(Int(Double(bytes.count) * share))
        let text = try line { _ = try RGBImage(decoding: Array(cut), name: name) }
        #expect(text?.hasPrefix("\(name): damaged or cut ") == true, "\(name) at \(share): \(text ?? "decoded")")
      }
    }
  }

  /// An end put behind the half does not make it whole.
  @Test func halfAJPEGWithAnEnd() throws {
    let bytes = try OwnImages.bytes("color-420.jpg")
    let mended = Array(bytes.prefix(bytes.count * 3 / 4)) + [0xFF, 0xD9]
    let text = try line { _ = try RGBImage(decoding: mended, name: "half.jpg") }
    #expect(text == "half.jpg: damaged or cut JPEG: Corrupt JPEG data: premature end of data segment")
  }

  @Test func hugeClaimsAreRefused() throws {
    // Width and height stand at byte 16 of a PNG.
    for (width, height) in [(31_623, 31_623), (1_000_000_000, 1), (1, 1_000_000_000), (2_147_483_647, 2_147_483_647)] {
      var bytes = try OwnImages.bytes("color.png")
      for place in 0..<4 {
        bytes[16 + place] = UInt8(truncatingIfNeeded: width >> (24 - 8 * place))
        bytes[20 + place] = UInt8(truncatingIfNeeded: height >> (24 - 8 * place))
      }
      repairChecksums(&bytes)
      let text = try line { _ = try RGBImage(decoding: bytes, name: "huge.png") }
      #expect(
        text == "huge.png: it claims \(width) x \(height) pixels, and at least 1 and at most 178956970 are read")
    }
    var bytes = try OwnImages.bytes("color-444.jpg")
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0x00, 0xFF, 0x00])
    let text = try line { _ = try RGBImage(decoding: bytes, name: "huge.jpg") }
    #expect(text?.hasPrefix("huge.jpg: it claims 65280 x 65280 pixels") == true, "\(text ?? "decoded")")
  }

  @Test func wrongChecksumsAreRefused() throws {
    let bytes = try OwnImages.bytes("palette.png")
    for chunk in ["IHDR", "PLTE", "IDAT", "IEND"] {
      let start = try #require(bytes.indices.first { bytes[$0...].starts(with: Array(chunk.utf8)) })
      let length = bytes[start - 4..<start].reduce(0) { $0 << 8 | Int($1) }
      var damaged = bytes
      damaged[start + 4 + length] ^= 1
      let text = try line { _ = try RGBImage(decoding: damaged, name: "p.png") }
      #expect(text == "p.png: damaged or cut PNG: \(chunk): CRC error")
    }
  }

  @Test func wrongChecksumsOfSideIssuesAreRefused() throws {
    let bytes = try OwnImages.bytes("color.png")
    let text: [UInt8] = [0, 0, 0, 3] + Array("tEXta\0b".utf8)
    let whole = bytes[..<33] + text + [0, 0, 0, 0] + bytes[33...]
    var repaired = Array(whole)
    repairChecksums(&repaired)
    #expect(try RGBImage(decoding: repaired, name: "t.png") == RGBImage(decoding: bytes, name: "t.png"))
    #expect(
      try line { _ = try RGBImage(decoding: Array(whole), name: "t.png") }
        == "t.png: damaged or cut PNG: tEXt: CRC error")
  }

  /// A small file of very many scans would keep a decoder busy for long.
  @Test func endlessScansAreRefused() throws {
    let bytes = try OwnImages.bytes("progressive.jpg")
    let starts = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
    let tables = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC4 && $0 > starts[0] }
    let scan = bytes[starts[0]..<(try #require(tables.first))]
    let endless = bytes[..<starts[0]] + Array(repeating: scan, count: 600).joined() + bytes[starts[0]...]
    #expect(
      try line { _ = try RGBImage(decoding: Array(endless), name: "e.jpg") }
        == "e.jpg: damaged or cut JPEG: more than 500 scans")
  }

  /// 500 scans of the largest image took 12 seconds, from a file of 122 kB.
  @Test func manyScansOfALargeImageAreRefused() throws {
    func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] { [0xFF, marker, 0, UInt8(body.count + 2)] + body }
    func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
    // Gray, 4000 × 4000; a scan says 16 times that the next 16,384 blocks hold nothing.
    let start =
      [0xFF, 0xD8] + segment(0xDB, [0] + Array(repeating: 1, count: 64))
      + segment(0xC2, [8, 0x0F, 0xA0, 0x0F, 0xA0, 1, 1, 0x11, 0]) + segment(0xC4, [0x10, 1] + zeros(15) + [0xE0])
    let scan = segment(0xDA, [1, 1, 0, 1, 63, 0]) + zeros(30)
    func decode(scans: Int) throws -> RGBImage {
      try RGBImage(decoding: start + Array(repeating: scan, count: scans).joined() + [0xFF, 0xD9], name: "large.jpg")
    }
    #expect(try decode(scans: 20).width == 4000)
    #expect(
      try line { _ = try decode(scans: 300) } == "large.jpg: damaged or cut JPEG: more than 250 scans")
  }

  @Test func whatIsNoImage() throws {
    let folder = try TemporaryFolder()
    func message(_ name: String, _ content: String?) throws -> String? {
      let path = "\(folder.path)/\(name)"
      if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: path)) }
      return try line { _ = try RGBImage(contentsOf: path) }?.replacingOccurrences(of: folder.path + "/", with: "")
    }
    #expect(try message("empty.jpg", "") == "empty.jpg: an empty file, not an image")
    #expect(try message("text.jpg", "hello") == "text.jpg: not a JPEG, PNG or WebP image")
    #expect(try message("missing.jpg", nil) == "missing.jpg: No such file or directory")
    #expect(try line { _ = try RGBImage(contentsOf: folder.path) } == "\(folder.path): a directory, not an image")
    #expect(try line { _ = try RGBImage(contentsOf: "/dev/zero") } == "/dev/zero: not a regular file")
  }

  /// 2,000 damaged copies of each image, flipped bits and cuts: an image or a failure, and never anything else.
  /// Half of the PNGs get fitting checksums, so that the damage reaches more than the first check.
  @Test(arguments: OwnImages.names)
  func damage(name: String) throws {
    let bytes = try OwnImages.bytes(name)
    var stream = RandomStream(purpose: "damage", task: name, seed: 1)
    var refused = 0
    for _ in 0..<2_000 {
      var copy = bytes
      for _ in 0..<Int.random(in: 1...8, using: &stream) {
        copy[Int.random(in: 0..<copy.count, using: &stream)] ^= 1 << UInt8.random(in: 0..<8, using: &stream)
      }
      if Bool.random(using: &stream) { copy.removeLast(Int.random(in: 0..<copy.count, using: &stream)) }
      if name.hasSuffix(".png"), Bool.random(using: &stream) { repairChecksums(&copy) }
      let text = try line { try check(RGBImage(decoding: copy, name: "damaged")) }
      if let text {
        refused += 1
        #expect(text.hasPrefix("damaged: ") && !text.contains("\n"))
      }
    }
    #expect(refused > 1_000)
  }

  @Test func randomBytes() throws {
    var stream = RandomStream(purpose: "damage", task: "random bytes", seed: 1)
    let beginnings: [[UInt8]] = [
      [], [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], Array("RIFF\u{40}\0\0\0WEBPVP8 ".utf8),
      Array("RIFF\u{40}\0\0\0WEBPVP8L".utf8),
    ]
    for turn in 0..<5_000 {
      let tail = (0..<Int.random(in: 0..<200, using: &stream)).map { _ in UInt8.random(in: 0...255, using: &stream) }
      let bytes = beginnings[turn % beginnings.count] + tail
      let text = try line { try check(RGBImage(decoding: bytes, name: "random")) }
      #expect(text?.hasPrefix("random: ") ?? true)
    }
  }

  private func check(_ image: RGBImage) throws {
    #expect(image.pixels.count == image.width * image.height * 3 && !image.pixels.isEmpty)
  }

  /// Gives each chunk of a PNG, as far as chunks can be told, the checksum of its bytes.
  private func repairChecksums(_ bytes: inout [UInt8]) {
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { return }
      let checksum = crc32(bytes[start + 4..<end])
      for place in 0..<4 { bytes[end + place] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * place)) }
      start = end + 4
    }
  }

  /// The checksum of PNG chunks.
  private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
  }
}
