import Basics
import CLIPModel
import Foundation
import PromptLearning
import PyTorchFiles
import RPP

/// The input is a file of PyTorch's (first byte even), or the pickle in one (odd), whose archive and checksums are made here, as no
/// fuzzer would guess them. Every tensor is read, and a backbone and a learned prompt are made of the file.
enum PyTorchTarget {
  private static let path = "\(ScratchFolder.path)/model.pth.tar"

  static func run(_ input: [UInt8]) throws {
    let body = Array(input.dropFirst())
    ScratchFolder.write((input.first ?? 0) % 2 == 0 ? body : archive(pickle: body), to: path)
    let file = try PyTorchFile(path: path)
    for name in file.names {
      guard let shape = file.shape(name) else { fatalError("no shape of \(name)") }
      if let floats = try? file.floats(name) {
        require(floats.count == shape.reduce(1, *), "elements of \(name) are missing")
      }
    }
    _ = try? Backbone(named: path)
    _ = try LearnedPrompt(
      checkpoint: path, method: "coop", backbone: TinyBackbone.readable, registry: PluginRegistry.standard)
  }

  /// With storages of 64 zeros.
  private static func archive(pickle: [UInt8]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let files: [(String, [UInt8])] =
      [("a/data.pkl", pickle)] + (0..<2).map { ("a/data/\($0)", [UInt8](repeating: 0, count: 64)) }
    var (data, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in files {
      let common =
        number(20, 2) + number(0, 8) + number(Int(checksum(bytes)), 4) + number(bytes.count, 4)
        + number(bytes.count, 4) + number(name.utf8.count, 2)
      directory +=
        number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 12) + number(data.count, 4) + Array(name.utf8)
      data += number(0x0403_4B50, 4) + common + number(0, 2) + Array(name.utf8) + bytes
    }
    return data + directory + number(0x0605_4B50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
      + number(directory.count, 4) + number(data.count, 4) + number(0, 2)
  }

  /// CRC-32, bit by bit: inputs are small.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }
}
