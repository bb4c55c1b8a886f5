import Basics
import Foundation
import SafeTensors
import Testing

/// A folder for the files of one test, removed with it.
final class Scratch {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-safetensors-\(UUID())").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Writes the bytes to a file and returns its path; the file keeps its name, so that messages can be compared.
  func file(_ bytes: some Sequence<UInt8>) throws -> String {
    let path = folder + "/file.safetensors"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Writes a file with this header and as many zeros of data.
  func file(header: String, data: Int = 0) throws -> String {
    try file(littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + Array(repeating: 0, count: data))
  }
}

/// A number's bytes as safetensors stores them.
func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// A file with a tensor of each stored type that can be written, and names that need escapes.
let sampleTensors = [
  SafeTensorsEntry("layer.weight", shape: [2, 3], floats: [1, -2, 0.5, 3.25, -0.125, 100]),
  SafeTensorsEntry("half", shape: [3], floats: [1, 2, -3], dtype: .float16),
  SafeTensorsEntry("brain", shape: [1, 3], floats: [1, 2, -3], dtype: .bfloat16),
  SafeTensorsEntry("scalar", shape: [], integers: [-7]),
  SafeTensorsEntry("a \"name\"\n\\ of é", shape: [5], bytes: [0, 1, 2, 254, 255]),
  SafeTensorsEntry("nothing", shape: [0, 4], floats: []),
]

/// What `sampleTensors` says of itself.
let sampleMetadata = ["format": "pt", "text": "a\tb\u{1}\"ü"]

/// Expects the failure's line: it says this, names the file and is one line.
func expectFailure(_ path: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(throws: Failure("\(path): \(message)"), sourceLocation: sourceLocation) {
    try SafeTensorsFile(path: path)
  }
}

/// Opens a file and reads all of it, as far as it is a file; the error if it is none.
///
/// Whatever the bytes are, this must end with all tensors read or with one ``Failure`` of one line.
func readAll(_ path: String, verifyingChecksum: Bool = false) throws -> Failure? {
  do {
    let file = try SafeTensorsFile(path: path, verifyingChecksum: verifyingChecksum)
    for name in file.names {
      let info = try file.info(name)
      #expect(try file.bytes(name).count == info.count * info.dtype.size)
      _ = try? file.floats(name)
      _ = try? file.integers(name)
    }
    return nil
  } catch let failure as Failure {
    #expect(!failure.description.contains("\n"))
    #expect(failure.description.contains(path))
    return failure
  }
}
