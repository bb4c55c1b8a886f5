import Basics
import Foundation
import SafeTensors
import Testing

@Suite struct HostileFileTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  /// Expects the line that a file with this header and so many bytes of data gets.
  private func expectHeader(
    _ header: String, data: Int = 0, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    expectFailure(try scratch.file(header: header, data: data), message, sourceLocation: sourceLocation)
  }

  /// Expects the line that a file with one tensor "t" gets.
  private func expectTensor(
    dtype: String = "F32", shape: String, offsets: String, data: Int, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectHeader(
      "{\"t\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}", data: data, message,
      sourceLocation: sourceLocation)
  }

  @Test func whatIsNoFile() throws {
    let path = scratch.folder + "/none"
    #expect(throws: Failure("cannot read \(path): No such file or directory")) { try SafeTensorsFile(path: path) }
    #expect(throws: Failure("cannot read \(scratch.folder): a directory, not a file")) {
      try SafeTensorsFile(path: scratch.folder)
    }
    #expect(throws: Failure("cannot read /dev/zero: not a file")) { try SafeTensorsFile(path: "/dev/zero") }
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: Failure("cannot read \(path): not a file")) { try SafeTensorsFile(path: path) }
    let empty = try scratch.file([])
    #expect(throws: Failure("cannot read \(empty): the file is empty")) { try SafeTensorsFile(path: empty) }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func aFileThatMayNotBeRead() throws {
    let path = try scratch.file(header: "{}")
    #expect(chmod(path, 0) == 0)
    #expect(throws: Failure("cannot read \(path): Permission denied")) { try SafeTensorsFile(path: path) }
  }

  @Test func lengthsThatLie() throws {
    expectFailure(try scratch.file([1, 2, 3]), "a safetensors file has at least 8 bytes, this one has 3")
    let tail = "is this a safetensors file?"
    for length in [100_000_001, 10_000_000_000, UInt64(Int64.max), UInt64(Int64.max) + 1, UInt64.max - 7, .max] {
      expectFailure(
        try scratch.file(littleEndian(length) + Array("{}".utf8)),
        "this is no safetensors file, which would begin with the length of its header, at most 100000000")
    }
    expectFailure(
      try scratch.file(littleEndian(UInt64(3)) + Array("{}".utf8)),
      "claims a header of 3 bytes, the file has 2 after its length (truncated?)")
    expectFailure(
      try scratch.file(littleEndian(UInt64(0))), "the header does not begin with '{'; \(tail)")
    expectFailure(try scratch.file(header: " {}"), "the header does not begin with '{'; \(tail)")
    expectFailure(try scratch.file(littleEndian(UInt64(2)) + [0x7B, 0xFF]), "the header is not UTF-8")
  }

  @Test func headersThatAreNoJSON() throws {
    func expect(_ header: String, at byte: Int, _ message: String, sourceLocation: SourceLocation = #_sourceLocation)
      throws
    {
      try expectHeader(
        header, "damaged header, at its byte \(byte): \(message)", sourceLocation: sourceLocation)
    }
    try expect("{", at: 1, "it ends where a key of the header, a string should be")
    try expect("{} x", at: 3, "'x' where nothing but spaces after the last '}' should be")
    try expect("{}\0", at: 2, "byte 0 where nothing but spaces after the last '}' should be")
    try expect("{\"a\"}", at: 4, "'}' where ':' after the key \"a\" should be")
    try expect("{\"a\":[]}", at: 5, "'[' where '{' of tensor \"a\" should be")
    try expect("{\"__metadata__\":{},}", at: 19, "'}' where a key of the header, a string should be")
    try expect("{\"a", at: 3, "a key of the header does not end")
    try expect("{\"a\n\":1}", at: 4, "a control character in a key of the header")
    try expect("{\"\\x\":1}", at: 4, "an escape unknown to JSON in a key of the header")
    try expect("{\"\\u12g4\":1}", at: 7, "a \\u escape without 4 hexadecimal digits in a key of the header")
    try expect("{\"\\ud800\":1}", at: 9, "half a pair of \\u escapes in a key of the header")
    try expect("{\"\\ud800\\u0041\":1}", at: 14, "half a pair of \\u escapes in a key of the header")
    try expect("{\"\\udc00\":1}", at: 8, "half a pair of \\u escapes in a key of the header")
    let deep = String(repeating: "[", count: 1_000_000)
    try expect("{\"t\":{\"shape\":[\(deep)", at: 15, "'[' where an integer in the shape of tensor \"t\" should be")
  }

  @Test func duplicateKeys() throws {
    let t = "\"t\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}"
    try expectHeader("{\(t),\(t)}", "damaged header, at its byte 56: the header has the key \"t\" twice")
    // The same key, once with an escape.
    try expectHeader(
      "{\(t),\(t.replacing("\"t\"", with: "\"\\u0074\""))}",
      "damaged header, at its byte 61: the header has the key \"t\" twice")
    try expectHeader(
      "{\"t\":{\"dtype\":\"U8\",\"dtype\":\"F32\"}}",
      "damaged header, at its byte 26: tensor \"t\" has the key \"dtype\" twice")
    try expectHeader(
      "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
      "damaged header, at its byte 28: __metadata__ has the key \"a\" twice")
    try expectHeader(
      "{\"__metadata__\":{},\"__metadata__\":{}}",
      "damaged header, at its byte 33: the header has the key \"__metadata__\" twice")
  }

  @Test func metadataThatIsNoText() throws {
    try expectHeader(
      "{\"__metadata__\":{\"epoch\":1}}",
      "damaged header, at its byte 25: '1' where the value of \"epoch\" in __metadata__, a string should be")
    try expectHeader(
      "{\"__metadata__\":null}", "damaged header, at its byte 16: 'n' where '{' of __metadata__ should be")
  }

  @Test func tensorsThatAreWrong() throws {
    let known = "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL"
    try expectTensor(
      dtype: "F33", shape: "[1]", offsets: "[0,4]", data: 4,
      "tensor \"t\" has the unknown dtype \"F33\", known are \(known)")
    try expectHeader(
      "{\"t\":{\"dtype\":\"U8\",\"shape\":[1]}}", data: 1, "tensor \"t\" lacks one of dtype, shape and data_offsets")
    try expectHeader("{\"t\":{\"x\":1}}", "tensor \"t\" has an unknown field \"x\"")
    try expectHeader("{\"\":{}}", "a tensor has an empty name")
    try expectTensor(
      shape: "[1]", offsets: "[0,4,4]", data: 4, "tensor \"t\" has 3 data_offsets, correct would be 2")
    try expectTensor(shape: "[1]", offsets: "[4,0]", data: 4, "tensor \"t\" begins at byte 4 but ends at byte 0")
    try expectTensor(
      shape: "[3]", offsets: "[0,12]", data: 4,
      "tensor \"t\" ends at byte 12 of the data, but the file has only 4 (truncated?)")
    try expectTensor(
      shape: "[1]", offsets: "[\(Int.max - 4),\(Int.max)]", data: 4,
      "tensor \"t\" ends at byte \(Int.max) of the data, but the file has only 4 (truncated?)")
    try expectTensor(
      shape: "[2,3]", offsets: "[0,20]", data: 20, "tensor \"t\" has 20 bytes, its shape [2, 3] of F32 needs 24")
    try expectTensor(
      shape: "[4294967296,4294967296]", offsets: "[0,4]", data: 4,
      "tensor \"t\" has a shape of more than \(Int.max) bytes: [4294967296, 4294967296]")
    try expectTensor(
      shape: "[\(Int.max)]", offsets: "[0,4]", data: 4,
      "tensor \"t\" has a shape of more than \(Int.max) bytes: [\(Int.max)]")
    let twos = Array(repeating: 2, count: 100)
    try expectTensor(
      shape: "\(twos)", offsets: "[0,4]", data: 4,
      "tensor \"t\" has a shape of more than \(Int.max) bytes: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2]… (100 dimensions)")
  }

  @Test func numbersThatAreNoNaturalNumbers() throws {
    func expect(_ shape: String, at byte: Int, _ message: String, sourceLocation: SourceLocation = #_sourceLocation)
      throws
    {
      try expectTensor(
        shape: shape, offsets: "[0,4]", data: 4, "damaged header, at its byte \(byte): \(message)",
        sourceLocation: sourceLocation)
    }
    try expect("[-1]", at: 31, "the shape of tensor \"t\" holds -1, which is negative")
    try expect("[1.0]", at: 30, "'.' where an integer after 1 in the shape of tensor \"t\" should be")
    try expect("[1e0]", at: 30, "'e' where an integer after 1 in the shape of tensor \"t\" should be")
    try expect("[01]", at: 31, "the shape of tensor \"t\" holds 01, a number that begins with 0")
    try expect("[\"1\"]", at: 29, "'\"' where an integer in the shape of tensor \"t\" should be")
    try expect("[-]", at: 30, "']' where an integer in the shape of tensor \"t\" should be")
    try expect("1", at: 28, "'1' where '[' of the shape of tensor \"t\" should be")
    try expect("[1 1]", at: 31, "'1' where ',' or ']' in the shape of tensor \"t\" should be")
    let large = "the largest possible number is \(Int.max)"
    try expect("[9223372036854775808]", at: 48, "the shape of tensor \"t\" holds 9223372036854775808, \(large)")
    let digits = String(repeating: "9", count: 40)
    try expect("[\(digits)99999]", at: 74, "the shape of tensor \"t\" holds \(digits)…, \(large)")
    try expectTensor(
      shape: "[1]", offsets: "[-4,0]", data: 4,
      "damaged header, at its byte 50: data_offsets of tensor \"t\" holds -4, which is negative")
  }

  @Test func rangesThatOverlapOrLeaveHoles() throws {
    func header(_ ranges: (String, Int, Int)...) -> String {
      let tensors = ranges.map { name, begin, end in
        "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[\(end - begin)],\"data_offsets\":[\(begin),\(end)]}"
      }
      return "{\(tensors.joined(separator: ","))}"
    }
    try expectHeader(
      header(("b", 3, 8), ("a", 0, 4)), data: 8,
      "tensors \"a\" and \"b\" overlap: the first ends at byte 4, the second begins at byte 3")
    try expectHeader(
      header(("b", 0, 4), ("a", 0, 4)), data: 4,
      "tensors \"a\" and \"b\" overlap: the first ends at byte 4, the second begins at byte 0")
    try expectHeader(
      header(("a", 0, 3), ("b", 5, 8)), data: 8,
      "tensor \"b\" begins at byte 5, bytes 3 to 4 before it belong to no tensor")
    try expectHeader(
      header(("a", 1, 8)), data: 8, "tensor \"a\" begins at byte 1, bytes 0 to 0 before it belong to no tensor")
    try expectHeader(header(("a", 0, 3)), data: 8, "the tensors have 3 bytes, but 8 bytes follow the header")
    try expectHeader("{}", data: 1, "the tensors have 0 bytes, but 1 bytes follow the header")
    // Empty tensors may lie between others, but not inside one.
    let empty = try scratch.file(header: header(("a", 0, 4), ("b", 4, 4), ("c", 4, 4), ("d", 4, 8)), data: 8)
    #expect(try SafeTensorsFile(path: empty).names == ["a", "b", "c", "d"])
    try expectHeader(
      header(("a", 0, 4), ("b", 2, 2)), data: 4,
      "tensors \"a\" and \"b\" overlap: the first ends at byte 4, the second begins at byte 2")
  }

  @Test func longNamesMakeShortLines() throws {
    let name = String(repeating: "x\u{301}", count: 100_000)
    let path = try scratch.file(
      header: "{\"\(name)\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,1]}}", data: 1)
    let failure = try #require(try readAll(path))
    #expect(failure.description.count < 300)
  }

  @Test func aFileCutWhileInUse() throws {
    let path = try scratch.file(try SafeTensorsWriter.encode(sampleTensors))
    let file = try SafeTensorsFile(path: path)
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect(truncate(path, 16) == 0)
    let expected = Failure("\(path): cut while in use, from \(size) to 16 bytes")
    #expect(throws: expected) { try file.floats("half") }
    #expect(throws: expected) { try file.checksum() }
  }

  @Test func cutAtEveryByte() throws {
    for checksum in [false, true] {
      let whole = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata, checksum: checksum)
      for length in 0..<whole.count {
        #expect(try readAll(try scratch.file(whole.prefix(length))) != nil, "cut to \(length) bytes")
      }
      #expect(try readAll(try scratch.file(whole + [0])) != nil)
      #expect(try readAll(try scratch.file(whole)) == nil)
    }
  }

  @Test func everyFlippedBitOfAPlainFileIsSurvived() throws {
    let whole = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata)
    for bit in 0..<whole.count * 8 {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      _ = try readAll(try scratch.file(damaged))
    }
  }

  @Test func everyFlippedBitOfACheckedFileIsFound() throws {
    let whole = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata, checksum: true)
    #expect(try readAll(try scratch.file(whole), verifyingChecksum: true) == nil)
    for bit in 0..<whole.count * 8 {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(try readAll(try scratch.file(damaged), verifyingChecksum: true) != nil, "bit \(bit)")
    }
  }

  @Test func randomDamage() throws {
    var stream = RandomStream(name: "damage")
    let whole = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata, checksum: true)
    let headerLength = Int(whole[0]) | Int(whole[1]) << 8
    let words = [
      "-", "0", "9999999999999999999", "{", "}", "[", "]", "\"", ",", ":", "\\", "\\u", "1e9", "\0", "\u{301}",
    ]
    for _ in 0..<5000 {
      var header = Array(whole[8..<8 + headerLength])
      for _ in 0...Int.random(in: 0..<3, using: &stream) {
        let place = Int.random(in: 0..<header.count, using: &stream)
        let length = min(Int.random(in: 0..<6, using: &stream), header.count - place)
        switch Int.random(in: 0..<3, using: &stream) {
        case 0: header.replaceSubrange(place..<place + length, with: words.randomElement(using: &stream)!.utf8)
        case 1: header.insert(contentsOf: header[place..<place + length], at: place)
        default: header[place] = UInt8.random(in: 0...255, using: &stream)
        }
      }
      guard header != Array(whole[8..<8 + headerLength]) else { continue }
      let damaged = littleEndian(UInt64(header.count)) + header + Array(whole[(8 + headerLength)...])
      let path = try scratch.file(damaged)
      _ = try readAll(path)
      #expect(try readAll(path, verifyingChecksum: true) != nil)
    }
  }
}
