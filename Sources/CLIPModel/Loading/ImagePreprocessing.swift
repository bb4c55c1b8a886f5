import Basics
import Images
import Tensors

/// How images become a model's input: resized (bicubic) so that the shorter side fits, cropped at the centre, scaled to
/// [0, 1] and normalised per channel, as CLIP does.
public struct ImagePreprocessing: Codable, Equatable, Sendable {
  /// Side of the input in pixels.
  public var size: Int
  /// The mean of red, green and blue in [0, 1], which is subtracted.
  public var mean: [Float]
  /// Their standard deviation, by which they are then divided.
  public var deviation: [Float]

  /// CLIP's own mean and standard deviation.
  public init(
    size: Int, mean: [Float] = [0.48145466, 0.4578275, 0.40821073],
    deviation: [Float] = [0.26862954, 0.26130258, 0.27577711]
  ) {
    self.size = size
    self.mean = mean
    self.deviation = deviation
  }

  /// The image's pixels at the model's size.
  public func fitted(_ image: RGBImage) throws -> RGBImage {
    if image.width == size && image.height == size { return image }
    return try image.resized(shorterSide: size).centerCropped(width: size, height: size)
  }

  /// Pixels of the model's size as its input.
  ///
  /// - Parameter pixels: `count · size · size · 3` bytes, image by image, rows from top to bottom, red, green, blue in turn.
  /// - Returns: `[count, 3, size, size]`.
  public func tensor(pixels: [UInt8]) -> Tensor {
    let area = size * size
    let count = pixels.count / (3 * area)
    require(pixels.count == count * 3 * area, "\(pixels.count) bytes are no images of \(size)×\(size)")
    let table = (0..<3).map { channel in
      (0..<256).map { (Float($0) / 255 - mean[channel]) / deviation[channel] }
    }
    return Tensor(shape: [count, 3, size, size]) { out in
      for image in 0..<count {
        for channel in 0..<3 {
          let plane = (image * 3 + channel) * area
          for pixel in 0..<area {
            out[plane + pixel] = table[channel][Int(pixels[(image * area + pixel) * 3 + channel])]
          }
        }
      }
    }
  }
}
