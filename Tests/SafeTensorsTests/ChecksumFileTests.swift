import Basics
import Foundation
import SafeTensors
import Testing

@Suite struct ChecksumFileTests {
  private let scratch: Scratch
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.folder + "/checked.safetensors"
  }

  @Test func aCheckedFileIsAFileLikeOthers() throws {
    try SafeTensorsWriter.writeWithChecksum(to: path, tensors: sampleTensors, metadata: sampleMetadata)
    let checked = try SafeTensorsFile(path: path, verifyingChecksum: true)
    #expect(checked.metadata.filter { $0.key != "checksum" } == sampleMetadata)
    #expect(checked.metadata["checksum"]?.count == 32)
    #expect(try checked.floats("half") == [1, 2, -3])
    #expect(try SafeTensorsFile(path: path).metadata == checked.metadata)
  }

  @Test func writingWhatWasReadGivesTheSameFile() throws {
    try SafeTensorsWriter.writeWithChecksum(to: path, tensors: sampleTensors, metadata: sampleMetadata)
    let first = try SafeTensorsFile(path: path)
    let again = try SafeTensorsWriter.encode(sampleTensors, metadata: first.metadata, checksum: true)
    #expect(Checksum.of(again) == (try first.checksum()))
  }

  @Test func aFileWithoutChecksumIsNotTakenForAGoodOne() throws {
    try SafeTensorsWriter.write(to: path, tensors: sampleTensors, metadata: sampleMetadata)
    #expect(throws: Failure("\(path): damaged or not written by RPP: it has no checksum")) {
      try SafeTensorsFile(path: path, verifyingChecksum: true)
    }
  }

  @Test func changedDataIsNamed() throws {
    var whole = try SafeTensorsWriter.encode(sampleTensors, checksum: true)
    whole[whole.count - 1] ^= 0x10
    let damaged = try scratch.file(whole)
    let failure = #expect(throws: Failure.self) { try SafeTensorsFile(path: damaged, verifyingChecksum: true) }
    #expect(failure?.description.hasPrefix("\(damaged): damaged: its checksum is \"") == true)
    #expect(try readAll(damaged) == nil)
  }

  /// A checksum with more, fewer or escaped digits must not confuse the check.
  @Test func strangeChecksums() throws {
    for checksum in ["", "0", String(repeating: "0", count: 64), "\\u0030\\u0030", "é"] {
      let damaged = try scratch.file(header: "{\"__metadata__\":{\"checksum\":\"\(checksum)\"}}")
      #expect(try readAll(damaged, verifyingChecksum: true) != nil)
    }
  }

  @Test func aMissingFolderIsSaid() {
    let path = scratch.folder + "/none/file"
    #expect(throws: Failure("cannot write \(path): No such file or directory")) {
      try SafeTensorsWriter.writeWithChecksum(to: path, tensors: sampleTensors)
    }
  }
}
