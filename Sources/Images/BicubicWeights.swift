import CImageCodecs

/// Which pixels of a line make each pixel of the resized line, and with what weights.
///
/// The rule is that of Pillow's Resample.c: Keys' cubic kernel with a = −0.5, stretched by the reduction so that a smaller
/// image is not aliased, cut off at the borders, normalised, and rounded to fixed point of `CIMAGE_WEIGHT_BITS` bits.
struct BicubicWeights {
  /// First input pixel of each output pixel.
  let starts: [Int32]
  /// Number of input pixels of each output pixel.
  let counts: [Int32]
  /// `stride` weights of each output pixel, `counts` of them used.
  let weights: [Int32]
  /// Places for weights per output pixel.
  let stride: Int

  /// The weights of the pixels `range` of a line that is resized from `input` to `output` pixels.
  init(input: Int, output: Int, range: Range<Int>) {
    let scale = Double(input) / Double(output)
    let stretch = max(scale, 1)
    let support = 2 * stretch
    let stride = min(Int(support.rounded(.up)) * 2 + 1, input)
    var starts: [Int32] = []
    var counts: [Int32] = []
    var weights = [Int32](repeating: 0, count: range.count * stride)
    var exact: [Double] = []
    for (index, pixel) in range.enumerated() {
      let center = (Double(pixel) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), input)
      exact.removeAll(keepingCapacity: true)
      for position in start..<end {
        exact.append(Self.kernel((Double(position) - center + 0.5) * (1 / stretch)))
      }
      let total = exact.reduce(0, +)
      for (place, weight) in exact.enumerated() {
        let fixed = (weight / total) * Double(1 << CIMAGE_WEIGHT_BITS)
        weights[index * stride + place] = Int32(fixed + (fixed < 0 ? -0.5 : 0.5))
      }
      starts.append(Int32(start))
      counts.append(Int32(end - start))
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
    self.stride = stride
  }

  /// The input pixels that any of the output pixels needs.
  var inputRange: Range<Int> {
    Int(starts[0])..<Int(starts[starts.count - 1] + counts[counts.count - 1])
  }

  /// Keys' cubic convolution kernel with a = −0.5, in Pillow's order of operations.
  private static func kernel(_ offset: Double) -> Double {
    let a = -0.5
    let x = abs(offset)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }
}
