import Basics

/// How training images are changed at random before a step.
///
/// The operations are torchvision's on Pillow's images, pixel for pixel; the random numbers are a ``RandomStream``'s, so that an
/// image in an epoch is changed in the same way by any number of threads and after a stop.
public enum Augmentation: String, CaseIterable, Codable, Sendable {
  /// Images are seen as they are: resized and cropped at the centre.
  case none
  /// A random resized crop, and a horizontal flip of every second image, as the code of CoOp, CoCoOp, MaPLe and PromptSRC.
  case cropFlip = "crop-flip"
  /// The same and ``RandAugment``, as the code of POMP.
  case randAugment = "rand-augment"

  /// An image as a step sees it, `side` × `side` pixels.
  ///
  /// - Parameters:
  ///   - side: 1 to 65,535. The choices do not depend on it: two models that take different sizes see the same part of the image.
  ///   - stream: Where the choices come from.
  public func callAsFunction(_ image: RGBImage, side: Int, from stream: RandomStream) -> RGBImage {
    guard self != .none else { return image.resized(shorterSide: side, croppedTo: (side, side)) }
    var stream = stream
    let window = CropWindow.random(width: image.width, height: image.height, from: &stream)
    var changed = image.cropped(to: window).resizedBicubic(width: side, height: side)
    if stream.uniform() < 0.5 { changed = changed.flippedHorizontally() }
    if self == .randAugment {
      for operation in RandAugment.operations(side: side, from: &stream) { changed = operation(changed) }
    }
    return changed
  }
}
