import Basics
import Foundation

/// A rectangle of an image's pixels.
public struct CropWindow: Equatable, Sendable {
  /// The column and the row of its first pixel.
  public var x, y: Int
  /// Its size.
  public var width, height: Int

  /// A rectangle of the given place and size.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The share of the image's area that a random crop has.
  static let scale = 0.08...1.0
  /// The proportion of its width to its height.
  static let ratio = 3.0 / 4.0...4.0 / 3.0

  /// The window of torchvision's `RandomResizedCrop` with its standard settings.
  static func random(width: Int, height: Int, from stream: inout RandomStream) -> CropWindow {
    random(
      width: width, height: height, uniform: { stream.uniform($0, $1) },
      below: { Int.random(in: 0..<$0, using: &stream) })
  }

  /// The same from given numbers. An area and the logarithm of a proportion are drawn up to ten times, until such a window fits into
  /// the image; if none does, it is the largest one at the centre of a proportion that is allowed.
  ///
  /// - Parameters:
  ///   - uniform: A number between two others.
  ///   - below: A whole number from 0 to below another; asked for the row first.
  package static func random(
    width: Int, height: Int, uniform: (Double, Double) -> Double, below: (Int) -> Int
  ) -> CropWindow {
    for _ in 0..<10 {
      let area = Double(width * height) * uniform(scale.lowerBound, scale.upperBound)
      let proportion = exp(uniform(log(ratio.lowerBound), log(ratio.upperBound)))
      let size = (
        width: Int((area * proportion).squareRoot().rounded(.toNearestOrEven)),
        height: Int((area / proportion).squareRoot().rounded(.toNearestOrEven))
      )
      guard (1...width).contains(size.width), (1...height).contains(size.height) else { continue }
      let y = below(height - size.height + 1)
      return CropWindow(x: below(width - size.width + 1), y: y, width: size.width, height: size.height)
    }
    var size = (width: width, height: height)
    let proportion = Double(width) / Double(height)
    if proportion < ratio.lowerBound {
      size.height = Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven))
    } else if proportion > ratio.upperBound {
      size.width = Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven))
    }
    return CropWindow(
      x: (width - size.width) / 2, y: (height - size.height) / 2, width: size.width, height: size.height)
  }
}
