/// An operation of RandAugment with its strength, as torchvision computes it on Pillow's images: the nearest pixel where places are
/// moved, black where there is none.
public enum ImageOperation: Equatable, Sendable {
  /// The image as it is.
  case identity
  /// Row y begins `factor · y` columns further to the right in the old image.
  case shearX(Double)
  /// Column x begins `factor · x` rows further down in the old image.
  case shearY(Double)
  /// To the right, by pixels.
  case translateX(Double)
  /// Down, by pixels.
  case translateY(Double)
  /// Counter-clockwise, by degrees.
  case rotate(Double)
  /// 0 is black, 1 the image.
  case brightness(Double)
  /// 0 is without colours, 1 the image.
  case color(Double)
  /// 0 is the mean lightness all over, 1 the image.
  case contrast(Double)
  /// 0 is smooth, 1 the image.
  case sharpness(Double)
  /// The bits that are kept of every channel, 1 to 8.
  case posterize(Int)
  /// What is not below the threshold is inverted.
  case solarize(Double)
  /// Every channel stretched to 0 to 255.
  case autocontrast
  /// Every channel's histogram made flat.
  case equalize
  /// Every channel inverted.
  case invert

  /// The changed image, of the same size.
  public func callAsFunction(_ image: RGBImage) -> RGBImage {
    switch self {
    case .identity: image
    case .shearX(let factor): image.affine(xx: 1, xy: factor, x: 0, yx: 0, yy: 1, y: 0)
    case .shearY(let factor): image.affine(xx: 1, xy: 0, x: 0, yx: factor, yy: 1, y: 0)
    case .translateX(let pixels): image.affine(xx: 1, xy: 0, x: -pixels, yx: 0, yy: 1, y: 0)
    case .translateY(let pixels): image.affine(xx: 1, xy: 0, x: 0, yx: 0, yy: 1, y: -pixels)
    case .rotate(let degrees): image.rotated(degrees: degrees)
    case .brightness(let factor): image.brightness(factor)
    case .color(let factor): image.saturation(factor)
    case .contrast(let factor): image.contrast(factor)
    case .sharpness(let factor): image.sharpness(factor)
    case .posterize(let bits): image.posterized(bits: bits)
    case .solarize(let threshold): image.solarized(threshold: threshold)
    case .autocontrast: image.autocontrasted()
    case .equalize: image.equalized()
    case .invert: image.inverted()
    }
  }
}
