import SafeTensors
import Tensors

/// A checkpoint with a valid checksum that says something else than the one that was written.
enum ForgedFile {
  static func rewrite(
    _ path: String, changing changes: (inout [String: String]) -> Void = { _ in },
    tensors: (String, Tensor) -> Tensor = { $1 }
  ) throws {
    let file = try SafeTensorsFile(path: path, verifyingChecksum: true)
    var metadata = file.metadata.filter { $0.key != "checksum" }
    changes(&metadata)
    let entries = try file.names.map { SafeTensorsEntry($0, tensors($0, try file.tensor($0))) }
    try SafeTensorsWriter.writeWithChecksum(to: path, tensors: entries, metadata: metadata)
  }
}
