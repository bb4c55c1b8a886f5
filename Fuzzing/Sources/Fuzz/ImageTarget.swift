import Basics
import CLIPModel
import Images

/// The input is the file of an image: it is decoded and made a model's input in both ways.
enum ImageTarget {
  static func run(_ input: [UInt8]) throws {
    let image = try RGBImage(decoding: input, name: "image")
    let preprocessing = ImagePreprocessing(size: 8)
    let fitted = image.resized(shorterSide: 8, croppedTo: (8, 8))
    try require(preprocessing.fitted(image) == fitted, "two ways, two images")
    _ = preprocessing.tensor(pixels: fitted.pixels)
    require(try! RGBImage(decoding: fitted.pngData(), name: "again") == fitted, "another image is read back")
  }
}
