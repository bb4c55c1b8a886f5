import Foundation
import Images

/// A directory of small pictures under a temporary one, gone with the last reference to it.
final class PictureFolder: Sendable {
  let path: String
  private let parent: String

  /// - Parameter counts: path of a class folder → number of pictures in it.
  init(_ counts: [String: Int], named name: String = "pictures") throws {
    parent = FileManager.default.temporaryDirectory.path + "/rpp-datasets-\(UUID().uuidString)"
    path = "\(parent)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (folder, count) in counts {
      try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
      for index in 0..<count { try Self.picture(index).writePNG(to: "\(path)/\(folder)/\(index).png") }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: parent) }

  /// A picture whose gray value tells which one it is.
  static func picture(_ index: Int) -> RGBImage { RGBImage(width: 6, height: 4, gray: UInt8(index)) }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
  }

  /// A path inside this folder, without what is before it.
  func relative(_ name: String) -> String { String(name.dropFirst(path.count + 1)) }
}
