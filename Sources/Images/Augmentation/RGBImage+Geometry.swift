import Foundation

extension RGBImage {
  /// The pixels of a window, which lies within the image.
  public func cropped(to window: CropWindow) -> RGBImage {
    precondition(
      window.x >= 0 && window.y >= 0 && window.x + window.width <= width && window.y + window.height <= height,
      "a window of \(window) lies outside of a \(width)×\(height) image")
    if window.width == width && window.height == height { return self }
    let bytes = window.width * 3
    var part: [UInt8] = []
    part.reserveCapacity(window.height * bytes)
    for row in window.y..<window.y + window.height {
      let start = (row * width + window.x) * 3
      part += pixels[start..<start + bytes]
    }
    return RGBImage(width: window.width, height: window.height, pixels: part)
  }

  /// Left and right exchanged.
  public func flippedHorizontally() -> RGBImage {
    var result = self
    for row in 0..<height {
      for column in 0..<width {
        let (from, to) = ((row * width + width - 1 - column) * 3, (row * width + column) * 3)
        for channel in 0..<3 { result.pixels[to + channel] = pixels[from + channel] }
      }
    }
    return result
  }

  /// Rotated around the centre counter-clockwise, as Pillow's `rotate`: the nearest pixel, black where there is none.
  func rotated(degrees: Double) -> RGBImage {
    // Pillow rounds the matrix to 15 digits.
    func rounded(_ value: Double) -> Double { (value * 1e15).rounded(.toNearestOrEven) / 1e15 }
    let angle = -degrees * .pi / 180
    let (cosine, sine) = (rounded(cos(angle)), rounded(sin(angle)))
    let center = (x: Double(width) / 2, y: Double(height) / 2)
    return affine(
      xx: cosine, xy: sine, x: cosine * -center.x + sine * -center.y + center.x,
      yx: -sine, yy: cosine, y: -sine * -center.x + cosine * -center.y + center.y)
  }

  /// The image whose pixel at the place p is the one at `matrix · p + offset` of this image, black where there is none; places are
  /// those of the pixels' middles.
  ///
  /// As Pillow's `transform` with `AFFINE` and `NEAREST`: in 16 bits behind the point, or, where nothing is turned or sheared, in
  /// steps that are added up.
  func affine(xx: Double, xy: Double, x: Double, yx: Double, yy: Double, y: Double) -> RGBImage {
    var result = RGBImage(width: width, height: height, gray: 0)
    func copy(_ column: Int, _ row: Int, from source: (column: Int, row: Int)) {
      guard (0..<width).contains(source.column), (0..<height).contains(source.row) else { return }
      let (from, to) = ((source.row * width + source.column) * 3, (row * width + column) * 3)
      for channel in 0..<3 { result.pixels[to + channel] = pixels[from + channel] }
    }
    if xy == 0 && yx == 0 {
      func sources(_ count: Int, _ step: Double, _ offset: Double) -> [Int] {
        var place = offset + step * 0.5
        return (0..<count).map { _ in
          defer { place += step }
          return place < 0 ? -1 : Int(place)
        }
      }
      let (columns, rows) = (sources(width, xx, x), sources(height, yy, y))
      for row in 0..<height { for column in 0..<width { copy(column, row, from: (columns[column], rows[row])) } }
      return result
    }
    func fixed(_ value: Double) -> Int { Int((value * 65536 + 0.5).rounded(.down)) }
    let steps = (xx: fixed(xx), xy: fixed(xy), yx: fixed(yx), yy: fixed(yy))
    let start = (x: fixed(x + xx * 0.5 + xy * 0.5), y: fixed(y + yx * 0.5 + yy * 0.5))
    for row in 0..<height {
      var place = (x: start.x + row * steps.xy, y: start.y + row * steps.yy)
      for column in 0..<width {
        copy(column, row, from: (place.x >> 16, place.y >> 16))
        place.x += steps.xx
        place.y += steps.yx
      }
    }
    return result
  }
}
