import Basics
import Foundation
import Images
import Testing

/// The images of a safetensors file whose tensors are all uint8 [height, width, 3].
struct GoldenImages {
  /// Each image by its tensor's name.
  let images: [String: RGBImage]

  init(contentsOf path: String) throws {
    struct Entry: Decodable {
      var dtype: String
      var shape: [Int]
      var data_offsets: [Int]
    }
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let headerCount = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: file[8..<8 + headerCount]) as? [String: Any])
    var images: [String: RGBImage] = [:]
    for (name, value) in header where name != "__metadata__" {
      let entry = try JSONDecoder().decode(Entry.self, from: JSONSerialization.data(withJSONObject: value))
      try #require(entry.dtype == "U8" && entry.shape.count == 3 && entry.shape[2] == 3, "\(name)")
      let start = 8 + headerCount
      images[name] = RGBImage(
        width: entry.shape[1], height: entry.shape[0],
        pixels: [UInt8](file[start + entry.data_offsets[0]..<start + entry.data_offsets[1]]))
    }
    self.images = images
  }
}

/// How far an image is from what it should be.
struct Deviation: CustomStringConvertible {
  /// The largest difference of any channel of any pixel; 256 when the sizes differ.
  let largest: Int
  /// The share of pixels that differ at all.
  let share: Double

  init(_ image: RGBImage, from expected: RGBImage) {
    guard image.width == expected.width, image.height == expected.height else {
      largest = 256
      share = 1
      return
    }
    let differences = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }
    let pixels = stride(from: 0, to: differences.count, by: 3).filter { differences[$0..<$0 + 3].contains { $0 > 0 } }
    largest = differences.max() ?? 0
    share = Double(pixels.count) / Double(image.width * image.height)
  }

  var description: String { "largest \(largest), share \(share)" }
}

/// A folder made for a test and removed with it.
final class TemporaryFolder {
  let path = NSTemporaryDirectory() + "images-tests-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// The images of `Resources`, by name.
enum OwnImages {
  static let folder = Bundle.module.bundleURL.appendingPathComponent("Resources").path

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { !$0.hasSuffix(".safetensors") }.sorted()
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
  }
}

/// The one line a user reads when `body` fails; nothing when it does not.
func line(_ body: () throws -> Void) throws -> String? {
  do {
    try body()
    return nil
  } catch let failure as Failure {
    return failure.description
  }
}
