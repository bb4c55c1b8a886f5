import Basics
import Foundation
import PyTorchFiles
import TestSupport
import Testing

/// A file that PyTorch 2.13 wrote, see `Tests/pytorch-files.py samples`.
func sample(_ name: String) -> String { Bundle.module.bundlePath + "/Resources/" + name }

/// What a checkpoint's pickle begins and ends with, by PyTorch's own: a tensor `t` of 4 numbers in storage 0.
enum SamplePickle {
  /// `{"t": ` and the function that builds tensors, up to the mark of its arguments.
  static func tensor(
    storage: [UInt8] = SamplePickle.storage("FloatStorage", count: 4), offset: [UInt8] = integer(0), shape: [UInt8],
    strides: [UInt8]
  ) -> [UInt8] {
    [0x80, 2] + text("}") + string("t") + global("torch._utils", "_rebuild_tensor_v2") + text("(") + storage + offset
      + shape + strides + [0x89] + global("collections", "OrderedDict") + text(")Rt") + text("Rs.")
  }

  static func storage(_ type: String, key: String = "0", count: Int) -> [UInt8] {
    text("(") + string("storage") + global("torch", type) + string(key) + string("cpu") + integer(count) + text("tQ")
  }

  static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  static func string(_ string: String) -> [UInt8] {
    [0x58] + littleEndian(UInt32(string.utf8.count)) + text(string)
  }

  static func global(_ module: String, _ name: String) -> [UInt8] { text("c\(module)\n\(name)\n") }

  static func integer(_ number: Int) -> [UInt8] { [0x8A, 8] + littleEndian(Int64(number)) }

  static func tuple(_ numbers: [Int]) -> [UInt8] { text("(") + numbers.flatMap { integer($0) } + text("t") }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

extension TemporaryFolder {
  /// An archive as PyTorch's, with this pickle and a storage of four numbers.
  func archive(pickle: [UInt8]) throws -> String {
    try write(Self.archive(pickle: pickle, storages: [[1, 2, 3, 4]]), to: "file.pth.tar")
  }

  /// The bytes of an archive as PyTorch's, with this pickle and these storages.
  static func archive(pickle: [UInt8], storages: [[Float]]) throws -> Data {
    var writer = ZipWriter()
    try writer.add("archive/data.pkl", pickle)
    for (key, storage) in storages.enumerated() {
      try writer.add("archive/data/\(key)", storage.withUnsafeBytes { Array($0) })
    }
    return writer.finished()
  }
}

/// Opens a file and reads all of its tensors; what is wrong with it.
///
/// Whatever the bytes are, this must end, with all tensors read or with one ``Failure`` of one line that names the file.
func problem(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String? {
  do {
    let file = try PyTorchFile(path: path)
    for name in file.names {
      let shape = try #require(file.shape(name))
      do {
        let floats = try file.floats(name)
        #expect(floats.count == shape.reduce(1, *), sourceLocation: sourceLocation)
      } catch let failure as Failure where failure.description.contains("holds integers") {}
    }
    return nil
  } catch let failure as Failure {
    #expect(!failure.description.contains("\n"), sourceLocation: sourceLocation)
    #expect(failure.description.contains(path), sourceLocation: sourceLocation)
    #expect(failure.description.utf8.count < 1000, sourceLocation: sourceLocation)
    return failure.description
  }
}
