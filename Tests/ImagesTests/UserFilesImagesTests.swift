import Foundation
import Images
import Testing

/// Where the golden preprocessing and its images are.
private enum Shared {
  static let golden = folder("RPP_IO_DIR", default: "fixtures/io") + "/preprocess.safetensors"
  static let images = folder("RPP_IMAGES_DIR", default: "data/images")
  static let isThere = FileManager.default.fileExists(atPath: golden) && FileManager.default.fileExists(atPath: images)

  private static func folder(_ variable: String, default name: String) -> String {
    if let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty { return path }
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    return package.deletingLastPathComponent().appendingPathComponent("shared/\(name)").path
  }
}

@Suite(.enabled(if: Shared.isThere, "needs fixtures/io (RPP_IO_DIR) and data/images (RPP_IMAGES_DIR)"))
struct UserFilesImagesTests {
  /// At most 1 of 255 off at any pixel, and at most 1 % of the pixels off at all.
  @Test func preprocessing() throws {
    let golden = try GoldenImages(contentsOf: Shared.golden)
    try #require(!golden.images.isEmpty)
    for (name, expected) in golden.images.sorted(by: { $0.key < $1.key }) {
      let image = try RGBImage(contentsOf: "\(Shared.images)/\(name)")
      let side = min(expected.width, expected.height)
      let result = image.resized(shorterSide: side, croppedTo: (expected.width, expected.height))
      let deviation = Deviation(result, from: expected)
      #expect(deviation.largest <= 1 && deviation.share <= 0.01, "\(name): \(deviation)")
      let stepByStep = try image.resized(shorterSide: side)
        .centerCropped(width: expected.width, height: expected.height)
      #expect(stepByStep == result, "\(name)")
    }
  }

  /// Images without a golden value, such as 16-bit gray, are at least images: of more than one colour.
  @Test func everyFileIsAnImage() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Shared.images).sorted() {
      let image = try RGBImage(contentsOf: "\(Shared.images)/\(name)")
      #expect(Set(image.pixels).count > 1, "\(name)")
    }
  }
}
