import Basics
import Images
import Testing

@Suite struct ResizingTests {
  /// Equal to Pillow's, from Pillow's own decoding, so that the codecs have no part in it: 29×22 to 13×31, and to 28×8,
  /// for which Pillow 13 would begin with the vertical pass; those values are of two resizes, the horizontal one first.
  @Test(arguments: OwnImages.names)
  func asPillow(name: String) throws {
    let expected = try GoldenImages(contentsOf: "\(OwnImages.folder)/\(name).safetensors")
    let decoded = try #require(expected.images["decoded"])
    for size in ["resized", "flattened"] {
      let resized = try #require(expected.images[size])
      #expect(decoded.resizedBicubic(width: resized.width, height: resized.height) == resized, "\(size)")
    }
  }

  @Test func theSameSizeChangesNothing() {
    let image = noise(width: 37, height: 23)
    #expect(image.resizedBicubic(width: 37, height: 23) == image)
  }

  @Test func oneColourStaysOneColour() {
    for gray: UInt8 in [0, 1, 127, 254, 255] {
      let image = RGBImage(width: 50, height: 3, gray: gray)
      #expect(image.resizedBicubic(width: 7, height: 90) == RGBImage(width: 7, height: 90, gray: gray))
    }
  }

  @Test func shorterSide() throws {
    let wide = try noise(width: 100, height: 33).resized(shorterSide: 10)
    #expect(wide.width == 30 && wide.height == 10)
    let high = try noise(width: 33, height: 100).resized(shorterSide: 10)
    #expect(high.width == 10 && high.height == 30)
  }

  @Test func narrowImagesDoNotExplode() throws {
    let thread = noise(width: 20_000, height: 1)
    let text = try line { _ = try thread.resized(shorterSide: 224) }
    #expect(text == "a 20000×1 image is too narrow to be resized to 4480000×224")
    let middle = thread.resized(shorterSide: 224, croppedTo: (224, 224))
    #expect(middle.width == 224 && middle.height == 224)
  }

  /// Half of what is left, rounded half to even: 2.5 to 2, 3.5 to 4, 1.5 to 2, 0.5 to 0.
  @Test(arguments: [(10, 4, 3), (9, 4, 2), (11, 4, 4), (7, 4, 2), (5, 4, 0), (4, 4, 0)])
  func cropOffset(length: Int, crop: Int, offset: Int) {
    let column = RGBImage(
      width: length, height: 1, pixels: (0..<length).flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
    #expect(column.centerCropped(width: crop, height: 1).pixels[0] == UInt8(offset))
    let row = RGBImage(width: 1, height: length, pixels: column.pixels)
    #expect(row.centerCropped(width: 1, height: crop).pixels[0] == UInt8(offset))
  }

  /// Rounded down, as transformers' processors do.
  @Test(arguments: [(10, 4, 3), (9, 4, 2), (11, 4, 3), (7, 4, 1), (5, 4, 0), (4, 4, 0)])
  func cropOffsetRoundedDown(length: Int, crop: Int, offset: Int) throws {
    let pixels = (0..<length).flatMap { [UInt8($0), UInt8($0), UInt8($0)] }
    let column = RGBImage(width: length, height: 1, pixels: pixels)
    #expect(column.centerCropped(width: crop, height: 1, offset: .down).pixels[0] == UInt8(offset))
    let image = RGBImage(width: length, height: crop, pixels: (0..<crop).flatMap { _ in pixels })
    let fused = image.resized(shorterSide: crop, croppedTo: (crop, crop), offset: .down)
    #expect(fused.pixels[0] == UInt8(offset))
  }

  @Test func cropsBeyondTheImageAreBlack() {
    let cropped = RGBImage(width: 2, height: 4, gray: 9).centerCropped(width: 5, height: 2)
    let row: [UInt8] = [0, 0, 0, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0]
    #expect(cropped == RGBImage(width: 5, height: 2, pixels: row + row))
  }

  /// Computing only what the crop keeps gives the same bytes.
  @Test(arguments: [(60, 41, 16, 16, 16), (41, 61, 30, 30, 30), (9, 200, 24, 20, 22), (30, 20, 12, 40, 10)])
  func cropWithoutTheRest(width: Int, height: Int, side: Int, cropWidth: Int, cropHeight: Int) throws {
    let image = noise(width: width, height: height)
    let whole = try image.resized(shorterSide: side).centerCropped(width: cropWidth, height: cropHeight)
    #expect(image.resized(shorterSide: side, croppedTo: (cropWidth, cropHeight)) == whole)
  }

  private func noise(width: Int, height: Int) -> RGBImage {
    var stream = RandomStream(purpose: "noise", task: "\(width)×\(height)", seed: 1)
    return RGBImage(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &stream) })
  }
}
