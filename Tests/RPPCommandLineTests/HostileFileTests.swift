import Foundation
import Images
import TestSupport
import Testing

/// One clear line and status 1, never a crash.
@Suite("Command line: hostile files", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct HostileFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.addImages()
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
    for image in 0..<4 { try folder.write(whole.prefix(whole.count / 2), to: "pets/cat/\(image).png") }
    try fails(shortRun + ["--out", "run", "--strict"], naming: "pets/cat/")
  }

  @Test func aPNGThatClaimsABillionPixels() throws {
    for image in 0..<4 {
      try folder.write(Self.png(width: 32_000, height: 32_000), to: "pets/dog/\(image).png")
    }
    try fails(shortRun + ["--out", "run", "--strict"], naming: "pets/dog/")
  }

  @Test func anEmptyClassFolder() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/pets/fish", withIntermediateDirectories: true)
    try fails(shortRun + ["--out", "run"], naming: "pets/fish has no images")
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

  @Test func filesOfAnotherRunAreRefused() throws {
    let run = [
      "train", "--task", "world:shapes", "--structure", "coop:contextLength=2", "--shots", "1", "--epochs", "1",
    ]
    for seed in ["1", "2"] {
      let outcome = try RPPProcess.run(run + ["--seed", seed, "--out", "run\(seed)"], in: folder.path)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let whole = try folder.bytes("run1/final.safetensors")
    try folder.write(try folder.bytes("run2/best.safetensors"), to: "run1/best.safetensors")
    try fails(["evaluate", "--run", "run1", "--checkpoint", "best"], naming: "(other settings: seed)")
    try folder.write(try folder.bytes("run2/final.safetensors"), to: "run1/final.safetensors")
    try fails(["evaluate", "--run", "run1"], naming: "(other settings: seed)")
    try fails(run + ["--out", "run1"], naming: "(other settings: seed)")
    try folder.write(whole, to: "run1/final.safetensors")

    let result = try folder.text("run1/result.json")
    let edited = result.replacing(/"correct" : [0-9]+/, with: "\"correct\" : 1")
    #expect(edited != result)
    try folder.write(edited, to: "run1/result.json")
    try fails(run + ["--out", "run1"], naming: "run1/result.json was damaged or changed since")
    try FileManager.default.removeItem(atPath: "\(folder.path)/run1/result.json")
    #expect(try RPPProcess.run(run + ["--out", "run1"], in: folder.path).status == 0)
    #expect(try folder.text("run1/result.json") == result)
  }

  /// As strictly as what is typed, and never without a word.
  @Test func aRecordThatWasEditedIsRefused() throws {
    #expect(try RPPProcess.run(shortRun + ["--shots", "2", "--out", "run"], in: folder.path).status == 0)
    let whole = try folder.text("run/run.json")
    let other = "run/final.safetensors is of another run than run.json beside it "
    for (old, new, problem) in [
      ("\"shots\" : 2", "\"shots\" : 1000000000000", "run/run.json: shots is a whole number from 1 to 1000000, not 1"),
      ("\"shots\" : 2", "\"shots\" : 9223372036854775807", "run/run.json: shots is a whole number"),
      ("\"shots\" : 2", "\"shots\" : -2", "run/run.json: shots is a whole number"),
      ("\"epochs\" : 3", "\"epochs\" : -3", "run/run.json: epochs is a whole number"),
      ("\"epochs\" : 3", "\"epochs\" : \"3\"", "run.json is damaged: configuration.epochs is not of the form Int"),
      ("\"seed\" : 1", "\"seed\" : 7", other + "(other settings: seed)"),
      ("classTokenPosition=end", "classTokenPosition=front", other + "(other settings: structure)"),
      ("coop:", "zero-shot\",\"x\":\"", other + "(other settings: structure)"),
      ("coop:", "cooop:", "run/run.json: there is no structure \"cooop\""),
      ("contextLength=2", "promptLength=2", "run/run.json: coop: there is no option \"promptLength\""),
      ("contextLength=2", "contextLength", "run/run.json: expected = and a value after contextLength"),
      ("hard-label", "hardlabel", "run/run.json: there is no supervision \"hardlabel\""),
    ] {
      let edited = whole.replacing(old, with: new)
      #expect(edited != whole, "\(old)")
      try folder.write(edited, to: "run/run.json")
      try fails(["evaluate", "--run", "run"], naming: problem)
    }
  }

  @Test func aRunOfAnotherProgramNamesIt() throws {
    #expect(try RPPProcess.run(shortRun + ["--out", "run"], in: folder.path).status == 0)
    let whole = try folder.text("run/run.json")
    let line = "  \"program\" : \"rpp\",\n"
    #expect(whole.contains(line))
    let foreign = whole.replacing("coop:", with: "striped-prompt:")
    try folder.write(foreign.replacing("\"program\" : \"rpp\"", with: "\"program\" : \"my-rpp\""), to: "run/run.json")
    for command in [["evaluate", "--run", "run"], ["predict", "--run", "run", "pets/cat/0.png"]] {
      try fails(command, naming: "; the run was made by another program, my-rpp")
    }
    // A run of before programs were recorded.
    try folder.write(foreign.replacing(line, with: ""), to: "run/run.json")
    let unknown = try RPPProcess.run(["evaluate", "--run", "run"], in: folder.path)
    #expect(unknown.status == 1 && !unknown.errors.contains("another program"))
    try folder.write(whole.replacing(line, with: ""), to: "run/run.json")
    #expect(try RPPProcess.run(["evaluate", "--run", "run"], in: folder.path).status == 0)
  }

  /// A process that waited for somebody to write into them would be killed after two minutes.
  @Test func pipesInThePlaceOfFiles() throws {
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    let merges = try RPPProcess.run(
      ["train", "--task", "folder:pets", "--structure", "coop", "--backbone", "random:ViT-B-32", "--out", "run"],
      environment: ["RPP_MERGES": "pipe"], in: folder.path)
    #expect(merges.status == 1)
    #expect(merges.messages == ["cannot read pipe: not a file"])
    let configuration = try RPPProcess.run(["train", "--config", "pipe"], in: folder.path)
    #expect(configuration.status == 2)
    #expect(configuration.messages == ["the configuration file: cannot read pipe: not a file"])
    try fails(["backbone", "info", "pipe"], naming: "cannot read pipe: not a file")
    #expect(try RPPProcess.run(shortRun + ["--out", "run"], in: folder.path).status == 0)
    try fails(["predict", "--run", "run", "pipe"], naming: "pipe: not a regular file")
    for file in ["result.json", "final.safetensors", "run.json"] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/run/\(file)")
      #expect(mkfifo("\(folder.path)/run/\(file)", 0o600) == 0)
      try fails(shortRun + ["--out", "run"], naming: "run/\(file)")
    }
  }

  @Test func namesDoNotReachTheTerminalRaw() throws {
    let images = "\(folder.path)/pets"
    let name = "c\u{1B}[31mat\u{202E}"
    try FileManager.default.moveItem(atPath: "\(images)/cat", toPath: "\(images)/\(name)")
    try folder.write("", to: "pets/dog/a\nrpp: all is well\u{1B}[2J.txt")
    func isPrintable(_ outcome: RPPProcess.Outcome) -> Bool {
      !(outcome.output + outcome.errors).unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" }
        && !outcome.errors.contains("\nrpp: all is well")
    }
    let trained = try RPPProcess.run(shortRun + ["--out", "run"], in: folder.path)
    #expect(trained.status == 0 && isPrintable(trained), "\(trained.errors)")
    #expect(trained.errors.contains("a\\nrpp: all is well\\u{1B}[2J.txt"))
    let evaluated = try RPPProcess.run(["evaluate", "--run", "run"], in: folder.path)
    #expect(isPrintable(evaluated))
    #expect(evaluated.output.contains("\nc\\u{1B}[31mat\\u{202E} "), "\(evaluated.output)")
    let predicted = try RPPProcess.run(["predict", "--run", "run", "pets/\(name)/0.png"], in: folder.path)
    #expect(predicted.status == 0 && isPrintable(predicted), "\(predicted.output)")
    // JSON has the name itself.
    let json = try RPPProcess.run(["evaluate", "--run", "run", "--json"], in: folder.path)
    #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
    #expect(json.output.contains("c\\u001b[31mat\u{202E}"), "\(json.output)")
    // In messages too, once.
    try folder.write("no image", to: "pets/dog/b\nrpp: all is well.png")
    let refused = try RPPProcess.run(
      ["predict", "--run", "run", "pets/dog/b\nrpp: all is well.png"], in: folder.path)
    #expect(refused.status == 1)
    #expect(refused.messages == ["pets/dog/b\\nrpp: all is well.png: not a JPEG, PNG or WebP image"])
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
      shortRun + ["--out", "run"], shell: "trap '' XFSZ; ulimit -f 2; exec \"$@\"", in: folder.path)
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
