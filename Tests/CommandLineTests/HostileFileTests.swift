import Foundation
import Images
import Testing

/// One clear line and status 1, never a crash.
@Suite("Command line: hostile files", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct HostileFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.addPictures()
  }

  private func fails(
    _ arguments: [String], naming part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try RPPProcess.run(arguments, in: folder.path)
    #expect(outcome.status == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.messages.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(
      outcome.errors.hasSuffix("\(outcome.messages.last ?? "")\n"), "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.messages.last?.contains(part) ?? false, "\(outcome.errors)", sourceLocation: sourceLocation)
  }

  @Test func aJPEGThatIsCutInHalf() throws {
    let resources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../ImagesTests/Resources")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: resources.path).sorted().first { $0.hasSuffix(".jpg") })
    let whole = try Data(contentsOf: resources.appendingPathComponent(name))
    for picture in 0..<4 { try folder.write(whole.prefix(whole.count / 2), to: "pets/cat/\(picture).png") }
    try fails(shortRun + ["--out", "run"], naming: "pets/cat/")
  }

  @Test func aPNGThatClaimsABillionPixels() throws {
    for picture in 0..<4 {
      try folder.write(Self.png(width: 32_000, height: 32_000), to: "pets/dog/\(picture).png")
    }
    try fails(shortRun + ["--out", "run"], naming: "pets/dog/")
  }

  @Test func anEmptyClassFolder() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/pets/fish", withIntermediateDirectories: true)
    try fails(shortRun + ["--out", "run"], naming: "pets/fish has no pictures")
  }

  @Test func aClassNameOfTooManyTokens() throws {
    let name = Array(repeating: "x", count: 110).joined(separator: "_")
    try FileManager.default.moveItem(atPath: "\(folder.path)/pets/cat", toPath: "\(folder.path)/pets/\(name)")
    try fails(shortRun + ["--out", "run"], naming: "context length")
  }

  @Test func damagedFilesOfARun() throws {
    #expect(try RPPProcess.run(shortRun + ["--out", "run"], in: folder.path).status == 0)
    try fails(["predict", "--run", "run", "run/run.json"], naming: "run/run.json: not a JPEG, PNG or WebP")
    try fails(["predict", "--run", "run", "nowhere.png"], naming: "nowhere.png")
    try fails(["evaluate", "--run", "pets"], naming: "pets holds no run")

    let whole = try folder.bytes("run/final.safetensors")
    for damaged in [Data(), whole.prefix(9), whole.dropLast(), flipped(whole, 20), flipped(whole, whole.count - 5)] {
      try folder.write(Data(damaged), to: "run/final.safetensors")
      try fails(["evaluate", "--run", "run"], naming: "run/final.safetensors")
    }
    // A run that has to go on with it.
    try FileManager.default.removeItem(atPath: "\(folder.path)/run/final.safetensors")
    try FileManager.default.removeItem(atPath: "\(folder.path)/run/result.json")
    try folder.write(flipped(whole, whole.count - 5), to: "run/checkpoint.safetensors")
    try fails(shortRun + ["--out", "run"], naming: "run/checkpoint.safetensors")

    try folder.write("{", to: "run/run.json")
    try fails(["evaluate", "--run", "run"], naming: "run/run.json is damaged")
    try fails(shortRun + ["--out", "run"], naming: "run/run.json is damaged")
  }

  @Test func placesThatCannotBeWritten() throws {
    try folder.write("", to: "file")
    try fails(shortRun + ["--out", "file/run"], naming: "file/run")
    try fails(shortRun + ["--out", "/proc/rpp"], naming: "/proc/rpp")
    try fails(["tasks", "show", "world:shapes", "--out", "nowhere/x.png"], naming: "nowhere/x.png")
    try fails(["tasks", "show", "world:shapes", "--out", "/dev/full"], naming: "/dev/full")
  }

  /// A limit on the size of files, its signal ignored, refuses writes as a full disk does, without a disk.
  @Test func aDiskThatFillsUp() throws {
    let outcome = try RPPProcess.run(
      shortRun + ["--out", "run"], shell: "trap '' XFSZ; ulimit -f 4; exec \"$@\"", in: folder.path)
    #expect(outcome.status == 1)
    #expect(outcome.messages.count == 1)
    #expect(outcome.messages.last?.contains("cannot write run/") ?? false, "\(outcome.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/run")
    #expect(!left.contains { $0.hasSuffix(".partial") }, "\(left)")
    #expect(try RPPProcess.run(shortRun + ["--out", "run"], in: folder.path).status == 0, "once there is room")
  }

  @Test func backbonesThatAreNone() throws {
    try folder.write("no weights", to: "weights.safetensors")
    try fails(shortRun + ["--out", "run", "--backbone", "weights.safetensors"], naming: "weights.safetensors")
    try fails(["backbone", "info", "pets"], naming: "pets")
  }

  private func flipped(_ data: Data, _ position: Int) -> Data {
    var data = data
    data[position] ^= 1
    return data
  }

  /// The head of an 8-bit colour PNG without its pixels.
  private static func png(width: UInt32, height: UInt32) -> Data {
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + content
      var crc: UInt32 = ~0
      for byte in body {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
      }
      return bytes(UInt32(content.count)) + body + bytes(~crc)
    }
    func bytes(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
    return Data(
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", bytes(width) + bytes(height) + [8, 2, 0, 0, 0])
        + chunk("IDAT", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]) + chunk("IEND", []))
  }
}
