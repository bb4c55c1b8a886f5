import Basics

/// Random operations on an image, after Cubuk et al., RandAugment, 2020, in the form that POMP trains with: `RandAugment2` of
/// Dassl (`randaugment2` in POMP's `configs/trainers/POMP/vit_b16_ep20_randaug2.yaml`, with Dassl's standard n).
///
/// Two operations are drawn, with replacement, of 15; each is made with probability 0.6, with a strength that is uniform in its
/// range. torchvision's own `RandAugment` differs in what it draws: always two operations of 14, without `invert`, all of the same
/// strength m. What an operation does is the same in both.
public enum RandAugment {
  /// Operations that are drawn, n.
  static let count = 2
  /// The probability with which one that was drawn is made.
  static let probability = 0.6

  /// Every operation for a share of its range in [0, 1), by Dassl's table; images have `side` × `side` pixels.
  static let table: [@Sendable (_ share: Double, _ side: Int) -> ImageOperation] = [
    { _, _ in .autocontrast },
    { share, _ in .brightness(value(share, 0.1, 1.9)) },
    { share, _ in .color(value(share, 0.1, 1.9)) },
    { share, _ in .contrast(value(share, 0.1, 1.9)) },
    { _, _ in .equalize },
    { _, _ in .identity },
    { _, _ in .invert },
    { share, _ in .posterize(Int(value(share, 4, 8))) },
    { share, _ in .rotate(value(share, -30, 30)) },
    { share, _ in .sharpness(value(share, 0.1, 1.9)) },
    { share, _ in .shearX(value(share, -0.3, 0.3)) },
    { share, _ in .shearY(value(share, -0.3, 0.3)) },
    { share, _ in .solarize(value(share, 0, 256)) },
    { share, side in .translateX(value(share, -0.3, 0.3) * Double(side)) },
    { share, side in .translateY(value(share, -0.3, 0.3) * Double(side)) },
  ]

  private static func value(_ share: Double, _ low: Double, _ high: Double) -> Double { share * (high - low) + low }

  /// What is done to an image, in order; `identity` where an operation that was drawn is not made.
  package static func operations(side: Int, from stream: inout RandomStream) -> [ImageOperation] {
    (0..<count).map { _ in
      let operation = table[Int.random(in: table.indices, using: &stream)]
      // Drawn in any case, so that a choice does not decide which numbers the next one gets.
      let (isMade, share) = (stream.uniform() < probability, stream.uniform())
      return isMade ? operation(share, side) : .identity
    }
  }
}
