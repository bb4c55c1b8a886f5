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
  /// Where the crop at the centre begins.
  public var cropOffset = CropOffset.halfToEven

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
  public func fitted(_ image: RGBImage) -> RGBImage {
    if image.width == size && image.height == size { return image }
    return image.resized(shorterSide: size, croppedTo: (size, size), offset: cropOffset)
  }

  /// What tells it from others in keys of the feature store: the pixels that it makes of an image, and what becomes of these.
  package var words: (pixels: String, values: String) {
    func numbers(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    let pixels = "\(size) pixels" + (cropOffset == .halfToEven ? "" : ", offsets rounded \(cropOffset.rawValue)")
    return (pixels, "\(pixels), mean \(numbers(mean)), deviation \(numbers(deviation))")
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

extension ImagePreprocessing {
  private enum CodingKeys: String, CodingKey {
    case size, mean, deviation, cropOffset
  }

  /// Settings without an offset are of before there were two.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    size = try container.decode(Int.self, forKey: .size)
    mean = try container.decode([Float].self, forKey: .mean)
    deviation = try container.decode([Float].self, forKey: .deviation)
    cropOffset = try container.decodeIfPresent(CropOffset.self, forKey: .cropOffset) ?? .halfToEven
  }
}
