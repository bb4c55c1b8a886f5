import Images
import TestSupport

extension TemporaryFolder {
  /// A folder `pets` of four images of each of three classes, which differ in colour.
  func addImages() throws {
    for (label, name) in ["bird", "cat", "dog"].enumerated() {
      for index in 0..<4 {
        var image = RGBImage(width: 40, height: 32, gray: UInt8(20 * index + 40))
        for pixel in 0..<40 * 32 { image.pixels[pixel * 3 + label] = UInt8(200 + pixel % 40) }
        try write(try image.pngData(), to: "pets/\(name)/\(index).png")
      }
    }
  }
}

/// A short run on `pets`.
let shortRun = ["train", "--task", "folder:pets", "--structure", "coop:contextLength=2", "--epochs", "3"]
