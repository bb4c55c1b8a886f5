extension RGBImage {
  /// The lightness of a pixel in 8 bits, as Pillow's `convert("L")` (ITU-R 601).
  private func lightness(ofPixel pixel: Int) -> UInt8 {
    let (red, green, blue) = (Int(pixels[pixel * 3]), Int(pixels[pixel * 3 + 1]), Int(pixels[pixel * 3 + 2]))
    return UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
  }

  /// This image with `share` 1, another one of its size with 0, and what is in between or beyond, cut off at black and white: as
  /// Pillow's `Image.blend`, in 32 bits.
  ///
  /// - Parameter other: The byte at an index of the other image's pixels.
  private func blended(share: Double, with other: (Int) -> UInt8) -> RGBImage {
    let share = Float(share)
    if share == 1 { return self }
    var result = self
    for index in pixels.indices {
      let (from, to) = (Float(other(index)), Float(pixels[index]))
      let value = from + share * (to - from)
      result.pixels[index] = value <= 0 ? 0 : value >= 255 ? 255 : UInt8(value)
    }
    return result
  }

  /// 0 is a black image, 1 the same, above 1 is brighter.
  func brightness(_ factor: Double) -> RGBImage { blended(share: factor) { _ in 0 } }

  /// 0 is without colours, 1 the same, above 1 is more colourful.
  func saturation(_ factor: Double) -> RGBImage { blended(share: factor) { lightness(ofPixel: $0 / 3) } }

  /// 0 is the image's mean lightness all over, 1 the same, above 1 has more contrast.
  func contrast(_ factor: Double) -> RGBImage {
    let count = width * height
    let sum = (0..<count).reduce(0) { $0 + Int(lightness(ofPixel: $1)) }
    let mean = UInt8(Double(sum) / Double(count) + 0.5)
    return blended(share: factor) { _ in mean }
  }

  /// 0 is smooth, 1 the same, above 1 is sharper.
  func sharpness(_ factor: Double) -> RGBImage {
    let smooth = smoothed
    return blended(share: factor) { smooth[$0] }
  }

  /// The mean of every pixel and its 8 neighbours, in which it counts 5 times; those at the borders stay.
  private var smoothed: [UInt8] {
    var result = pixels
    guard width > 2, height > 2 else { return result }
    let pitch = width * 3
    for row in 1..<height - 1 {
      for index in row * pitch + 3..<(row + 1) * pitch - 3 {
        var sum = 4 * Int(pixels[index])
        for line in [index - pitch, index, index + pitch] {
          sum += Int(pixels[line - 3]) + Int(pixels[line]) + Int(pixels[line + 3])
        }
        // Rounded: a thirteenth is never half a whole number.
        result[index] = UInt8((2 * sum + 13) / 26)
      }
    }
    return result
  }

  /// Only the upper bits of every channel are kept.
  func posterized(bits: Int) -> RGBImage {
    let mask: UInt8 = bits >= 8 ? 0xFF : ~(0xFF >> UInt8(bits))
    return mapped { _ in (0...255).map { $0 & mask } }
  }

  /// What is not below the threshold is inverted.
  func solarized(threshold: Double) -> RGBImage {
    mapped { _ in (0...255).map { Double($0) < threshold ? $0 : 255 - $0 } }
  }

  /// Every channel inverted.
  func inverted() -> RGBImage { mapped { _ in (0...255).map { 255 - $0 } } }

  /// Every channel stretched to all of 0 to 255; one that has a single value stays.
  func autocontrasted() -> RGBImage {
    mapped { histogram in
      guard let low = histogram.firstIndex(where: { $0 > 0 }), let high = histogram.lastIndex(where: { $0 > 0 }),
        low < high
      else { return Array(0...255) }
      let scale = 255 / Double(high - low)
      let offset = -Double(low) * scale
      return (0..<256).map { UInt8(min(max(Double($0) * scale + offset, 0), 255)) }
    }
  }

  /// Every channel mapped so that its values are about equally frequent, as Pillow's `ImageOps.equalize`.
  func equalized() -> RGBImage {
    mapped { histogram in
      let used = histogram.filter { $0 > 0 }
      let step = used.count > 1 ? (used.reduce(0, +) - used[used.count - 1]) / 255 : 0
      guard step > 0 else { return Array(0...255) }
      var sum = step / 2
      return histogram.map { count in
        defer { sum += count }
        return UInt8(min(sum / step, 255))
      }
    }
  }

  /// Every channel through a table that is made of its histogram.
  private func mapped(_ table: (_ histogram: [Int]) -> [UInt8]) -> RGBImage {
    var result = self
    for channel in 0..<3 {
      var histogram = [Int](repeating: 0, count: 256)
      for index in stride(from: channel, to: pixels.count, by: 3) { histogram[Int(pixels[index])] += 1 }
      let table = table(histogram)
      for index in stride(from: channel, to: pixels.count, by: 3) { result.pixels[index] = table[Int(pixels[index])] }
    }
    return result
  }
}
