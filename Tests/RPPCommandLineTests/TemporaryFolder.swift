import Foundation
import Images

/// A folder that is gone with its last user.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = "\(FileManager.default.temporaryDirectory.path)/rpp-command-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func handle(_ name: String) throws -> FileHandle {
    try write("", to: name)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ data: Data, to name: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// A folder `pets` of four pictures of each of three classes, which differ in colour.
  func addPictures() throws {
    for (label, name) in ["bird", "cat", "dog"].enumerated() {
      for index in 0..<4 {
        var picture = RGBImage(width: 40, height: 32, gray: UInt8(20 * index + 40))
        for pixel in 0..<40 * 32 { picture.pixels[pixel * 3 + label] = UInt8(200 + pixel % 40) }
        try write(try picture.pngData(), to: "pets/\(name)/\(index).png")
      }
    }
  }
}

/// A short run on `pets`.
let shortRun = ["train", "--task", "folder:pets", "--structure", "coop:contextLength=2", "--epochs", "3"]
