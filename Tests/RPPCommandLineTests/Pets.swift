import Images
import TestSupport

extension TemporaryFolder {
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
