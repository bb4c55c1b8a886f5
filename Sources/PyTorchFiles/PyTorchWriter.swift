import Basics
import Foundation

/// Writes checkpoints that `torch.load` reads, also with `weights_only=True`: `{"state_dict": {…}, "epoch": 0}`, the epoch since the
/// published code asks for one. The same tensors give the same bytes.
public enum PyTorchWriter {
  /// Writes a file; it is whole, or what was there before stays.
  ///
  /// - Throws: ``Failure`` if two tensors have one name or are too large together, or naming the path if the system refuses.
  public static func write(to path: String, stateDict tensors: [PyTorchTensor]) throws {
    try AtomicFile.write(try encode(tensors), to: path)
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``Failure`` if two tensors have one name, or all are too large together.
  public static func encode(_ tensors: [PyTorchTensor]) throws -> Data {
    guard Set(tensors.map(\.name)).count == tensors.count else {
      throw Failure("two tensors of one checkpoint have the same name")
    }
    var pickle = PickleWriter()
    pickle.checkpoint(tensors)
    var archive = ZipWriter()
    try archive.add("archive/data.pkl", pickle.bytes)
    try archive.add("archive/byteorder", Array("little".utf8))
    for (key, tensor) in tensors.enumerated() {
      require(
        tensor.shape.reduce(1, *) == tensor.floats.count,
        "\(tensor.floats.count) elements do not fill a tensor of shape \(tensor.shape)")
      let bytes = tensor.floats.map(\.bitPattern.littleEndian).withUnsafeBytes { [UInt8]($0) }
      try archive.add("archive/data/\(key)", bytes)
    }
    try archive.add("archive/version", Array("3\n".utf8))
    return archive.finished()
  }
}
