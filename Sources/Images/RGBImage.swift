/// An image of 8-bit red, green and blue, rows from top to bottom.
public struct RGBImage: Sendable, Equatable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height · width · 3` bytes, red, green, blue of each pixel in turn.
  public var pixels: [UInt8]

  /// An image of the given pixels, `height · width · 3` of them.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel, not \(width)×\(height)")
    precondition(pixels.count == width * height * 3, "a \(width)×\(height) image has \(width * height * 3) bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// An image of one colour.
  public init(width: Int, height: Int, gray: UInt8) {
    self.init(width: width, height: height, pixels: Array(repeating: gray, count: width * height * 3))
  }
}
