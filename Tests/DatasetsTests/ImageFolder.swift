import Foundation
import Images

/// A directory of small images under a temporary one, gone with the last reference to it.
final class ImageFolder: Sendable {
  let path: String
  private let parent: String

  /// - Parameter counts: path of a class folder → number of images in it.
  init(_ counts: [String: Int], named name: String = "images") throws {
    parent = FileManager.default.temporaryDirectory.path + "/rpp-datasets-\(UUID().uuidString)"
    path = "\(parent)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (folder, count) in counts {
      try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
      for index in 0..<count { try Self.image(index).writePNG(to: "\(path)/\(folder)/\(index).png") }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: parent) }

  /// An image whose gray value tells which one it is.
  static func image(_ index: Int) -> RGBImage { RGBImage(width: 6, height: 4, gray: UInt8(index)) }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
  }

  /// A path inside this folder, without what is before it.
  func relative(_ name: String) -> String { String(name.dropFirst(path.count + 1)) }
}
