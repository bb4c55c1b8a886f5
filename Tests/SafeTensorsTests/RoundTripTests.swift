import Basics
import Foundation
import SafeTensors
import Testing

@Suite struct RoundTripTests {
  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.folder + "/round.safetensors"
  }

  @Test func everythingWrittenIsRead() throws {
    try SafeTensorsWriter.write(to: path, tensors: sampleTensors, metadata: sampleMetadata)
    let file = try SafeTensorsFile(path: path)
    #expect(file.path == path)
    #expect(file.metadata == sampleMetadata)
    #expect(file.names == sampleTensors.map(\.name).sorted())
    for tensor in sampleTensors {
      let info = try file.info(tensor.name)
      #expect(info.dtype == tensor.dtype)
      #expect(info.shape == tensor.shape)
      #expect(info.count == tensor.shape.reduce(1, *))
      #expect(file.contains(tensor.name))
    }
    #expect(try file.floats("layer.weight") == [1, -2, 0.5, 3.25, -0.125, 100])
    #expect(try file.floats("half") == [1, 2, -3])
    #expect(try file.floats("brain") == [1, 2, -3])
    #expect(try file.integers("scalar") == [-7])
    #expect(try file.integers("a \"name\"\n\\ of é") == [0, 1, 2, 254, 255])
    #expect(try file.bytes("a \"name\"\n\\ of é") == [0, 1, 2, 254, 255])
    #expect(try file.floats("nothing") == [])
    #expect(try file.checksum() == Checksum.of(Data(contentsOf: URL(fileURLWithPath: path))))
  }

  @Test func theOrderGivenDoesNotMatter() throws {
    let one = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata, checksum: true)
    var stream = RandomStream(name: "order")
    for _ in 0..<20 {
      let other = try SafeTensorsWriter.encode(
        sampleTensors.shuffled(using: &stream),
        metadata: Dictionary(uniqueKeysWithValues: sampleMetadata.shuffled(using: &stream)), checksum: true)
      #expect(other == one)
    }
  }

  @Test func headerAndElementsAreAligned() throws {
    for length in 0..<20 {
      let tensors =
        sampleTensors + [SafeTensorsEntry("odd", shape: [length], bytes: Array(repeating: 1, count: length))]
      try SafeTensorsWriter.write(
        to: path, tensors: tensors, metadata: ["key": String(repeating: "x", count: length)])
      let file = try SafeTensorsFile(path: path)
      let header = try Data(contentsOf: URL(fileURLWithPath: path))[0]
      #expect(header % 8 == 0)
      for name in file.names {
        let info = try file.info(name)
        #expect(info.byteRange.lowerBound % info.dtype.size == 0)
        try file.withUnsafeBytes(of: name) { #expect(Int(bitPattern: $0.baseAddress) % info.dtype.size == 0) }
      }
    }
  }

  @Test func aFileMayBeEmptyOfTensors() throws {
    try SafeTensorsWriter.writeWithChecksum(to: path, tensors: [])
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    #expect(file.names == [])
    #expect(throws: Failure("\(path): no tensor \"x\"; the file has no tensors")) { try file.info("x") }
  }

  @Test func aNameNotThereLeadsToTheNearest() throws {
    try SafeTensorsWriter.write(to: path, tensors: sampleTensors)
    let file = try SafeTensorsFile(path: path)
    let expected = Failure("\(path): no tensor \"layers.weigth\"; the nearest name is \"layer.weight\"")
    #expect(throws: expected) { try file.info("layers.weigth") }
    #expect(throws: expected) { try file.floats("layers.weigth") }
    #expect(throws: expected) { try file.integers("layers.weigth") }
    #expect(throws: expected) { try file.bytes("layers.weigth") }
    #expect(!file.contains("layers.weigth"))
  }

  @Test func theWrongKindOfNumberIsRefused() throws {
    try SafeTensorsWriter.write(to: path, tensors: sampleTensors)
    let file = try SafeTensorsFile(path: path)
    #expect(throws: Failure("\(path): tensor \"half\" is F16, wanted are integers")) { try file.integers("half") }
    #expect(
      throws: Failure(
        "\(path): tensor \"scalar\" is I32, wanted are floating-point numbers (F32, F16, BF16 or F64)")
    ) { try file.floats("scalar") }
  }

  @Test func mistakesOfTheWriterAreNamed() {
    func expect(_ message: String, _ tensors: SafeTensorsEntry...) {
      #expect(throws: Failure(message)) { try SafeTensorsWriter.encode(tensors) }
    }
    expect("a tensor in a safetensors file cannot have the name \"\"", .init("", shape: [0], bytes: []))
    expect(
      "a tensor in a safetensors file cannot have the name \"__metadata__\"",
      .init("__metadata__", shape: [0], bytes: []))
    expect(
      "two tensors of one safetensors file have the name \"a\"",
      .init("a", shape: [0], bytes: []), .init("a", shape: [1], floats: [1]))
    expect("tensor \"a\" has 3 elements, its shape is [2, 2]", .init("a", shape: [2, 2], floats: [1, 2, 3]))
    expect("tensor \"a\" has 1 elements, its shape is [-1, -1]", .init("a", shape: [-1, -1], floats: [1]))
    expect(
      "tensor \"a\" has 0 elements, its shape is [\(Int.max), \(Int.max)]",
      .init("a", shape: [.max, .max], floats: []))
    expect(
      "tensor \"a\" holds floating-point numbers, which are written as F32, F16 or BF16, not U8",
      .init("a", shape: [1], floats: [1], dtype: .uint8))
  }

  /// Types that only others write: one tensor of each, from its bytes.
  @Test func everyStoredTypeIsRead() throws {
    func read<Value>(_ dtype: String, _ bytes: [UInt8], _ read: (SafeTensorsFile) throws -> Value) throws -> Value {
      let size = try #require(DType(rawValue: dtype)).size
      let header = """
        {"t":{"dtype":"\(dtype)","shape":[\(bytes.count / size)],"data_offsets":[0,\(bytes.count)]}}
        """
      let path = try scratch.file(littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + bytes)
      return try read(SafeTensorsFile(path: path))
    }
    func integers<Stored: FixedWidthInteger>(_ dtype: String, _ values: Stored...) throws {
      #expect(try read(dtype, values.flatMap(littleEndian)) { try $0.integers("t") } == values.map { Int($0) })
    }
    try integers("I64", Int64.min, -1, Int64.max)
    try integers("I32", Int32.min, -1, Int32.max)
    try integers("I16", Int16.min, -1, Int16.max)
    try integers("I8", Int8.min, -1, Int8.max)
    try integers("U64", 0, UInt64(Int64.max))
    try integers("U32", 0, UInt32.max)
    try integers("U16", 0, UInt16.max)
    try integers("U8", 0, UInt8.max)
    try integers("BOOL", 0 as UInt8, 1)
    let doubles = [1.0, -0.1, 1e300, .infinity]
    let floats = try read("F64", doubles.flatMap { littleEndian($0.bitPattern) }) { try $0.floats("t") }
    #expect(floats == doubles.map { Float($0) })
    #expect(
      throws: Failure(
        "\(scratch.folder)/file.safetensors: tensor \"t\" holds \(UInt64.max), more than \(Int.max)")
    ) { try read("U64", littleEndian(UInt64.max)) { try $0.integers("t") } }
  }

  @Test func filesOutliveTheirNames() throws {
    try SafeTensorsWriter.write(to: path, tensors: sampleTensors)
    let file = try SafeTensorsFile(path: path)
    try SafeTensorsWriter.write(to: path, tensors: [])
    #expect(try file.floats("half") == [1, 2, -3])
    #expect(try SafeTensorsFile(path: path).names == [])
  }
}
