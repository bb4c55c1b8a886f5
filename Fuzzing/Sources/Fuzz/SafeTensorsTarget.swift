import Basics
import CLIPModel
import SafeTensors

/// The input is a safetensors file: every tensor is read in every way, and a backbone is made of it.
enum SafeTensorsTarget {
  static func run(_ input: [UInt8]) throws {
    let path = ScratchFolder.write(input, to: "\(ScratchFolder.path)/model.safetensors")
    let file = try SafeTensorsFile(path: path)
    for name in file.names {
      let info = try file.info(name)
      require(try! file.bytes(name).count == info.byteRange.count, "bytes of \(name) are missing")
      let floats = try? file.floats(name)
      let integers = try? file.integers(name)
      require((floats?.count ?? integers?.count ?? info.count) == info.count, "elements of \(name) are missing")
    }
    _ = try file.checksum()
    _ = try? SafeTensorsFile(path: path, verifyingChecksum: true)
    _ = try Backbone(named: path)
  }
}
