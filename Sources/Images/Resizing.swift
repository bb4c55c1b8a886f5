import Basics
import CImageCodecs

extension RGBImage {
  /// The image in another size, as Pillow's `resize((width, height), BICUBIC)`: antialiased, rounded and clipped to 8
  /// bits after the horizontal pass, which is always the first, and again after the vertical one.
  ///
  /// That is Pillow bit for bit up to version 12. Pillow 13 takes the vertical pass first when the height loses more than
  /// twice as many pixels as the width, and then differs by up to a few of 255.
  public func resizedBicubic(width newWidth: Int, height newHeight: Int) -> RGBImage {
    precondition(newWidth > 0 && newHeight > 0, "an image has at least one pixel, not \(newWidth)×\(newHeight)")
    return resized(toWidth: newWidth, height: newHeight, columns: 0..<newWidth, rows: 0..<newHeight)
  }

  /// The image resized so that its shorter side has `side` pixels and the longer one ⌊side · long / short⌋.
  ///
  /// - Parameter side: 1 to 65,535.
  /// - Throws: ``Failure`` when that has more than ``pixelLimit`` pixels.
  public func resized(shorterSide side: Int) throws -> RGBImage {
    let (newWidth, newHeight) = size(shorterSide: side)
    guard newWidth <= Self.pixelLimit / newHeight else {
      throw Failure("a \(width)×\(height) image is too narrow to be resized to \(newWidth)×\(newHeight)")
    }
    return resizedBicubic(width: newWidth, height: newHeight)
  }

  /// The middle of the image: the offsets are half of what is left.
  ///
  /// A smaller image is put into the middle of a black one.
  public func centerCropped(
    width newWidth: Int, height newHeight: Int, offset: CropOffset = .halfToEven
  ) -> RGBImage {
    let columns = CenterWindow(length: width, crop: newWidth, offset)
    let rows = CenterWindow(length: height, crop: newHeight, offset)
    return placed(columns: columns, rows: rows, source: (columns.kept.lowerBound, rows.kept.lowerBound))
  }

  /// What ``resized(shorterSide:)`` and then ``centerCropped(width:height:offset:)`` give, but without computing what the crop
  /// drops: the preprocessing of CLIP.
  ///
  /// - Parameter side: 1 to 65,535.
  public func resized(
    shorterSide side: Int, croppedTo crop: (width: Int, height: Int), offset: CropOffset = .halfToEven
  ) -> RGBImage {
    let (newWidth, newHeight) = size(shorterSide: side)
    let columns = CenterWindow(length: newWidth, crop: crop.width, offset)
    let rows = CenterWindow(length: newHeight, crop: crop.height, offset)
    return resized(toWidth: newWidth, height: newHeight, columns: columns.kept, rows: rows.kept)
      .placed(columns: columns, rows: rows, source: (0, 0))
  }

  private func size(shorterSide side: Int) -> (width: Int, height: Int) {
    precondition((1...65_535).contains(side), "a shorter side of \(side) pixels")
    return width <= height ? (side, side * height / width) : (side * width / height, side)
  }

  /// The columns and rows of this image that the windows keep, at `source`, with the black borders that the windows add.
  private func placed(columns: CenterWindow, rows: CenterWindow, source: (x: Int, y: Int)) -> RGBImage {
    if columns.crop == width && rows.crop == height { return self }
    var result = RGBImage(width: columns.crop, height: rows.crop, gray: 0)
    let bytes = columns.kept.count * 3
    for row in 0..<rows.kept.count {
      let from = ((source.y + row) * width + source.x) * 3
      let to = ((rows.margin + row) * columns.crop + columns.margin) * 3
      result.pixels.replaceSubrange(to..<to + bytes, with: pixels[from..<from + bytes])
    }
    return result
  }

  /// The part `columns` × `rows` of the image resized to the given size.
  private func resized(toWidth newWidth: Int, height newHeight: Int, columns: Range<Int>, rows: Range<Int>) -> RGBImage
  {
    let horizontal = BicubicWeights(input: width, output: newWidth, range: columns)
    let vertical = BicubicWeights(input: height, output: newHeight, range: rows)
    let inputRows = vertical.inputRange
    let pitch = columns.count * 3

    // The row kernel reads one byte behind the last pixel of a row, which does not exist behind the last row of an image.
    let narrowed = [UInt8](unsafeUninitializedCapacity: inputRows.count * pitch + 1) { narrowed, count in
      let lastRow = Array(pixels[((height - 1) * width * 3)...]) + [0]
      pixels.withUnsafeBufferPointer { pixels in
        for (index, row) in inputRows.enumerated() {
          lastRow.withUnsafeBufferPointer { lastRow in
            let input = row == height - 1 ? lastRow.baseAddress! : pixels.baseAddress! + row * width * 3
            cimage_resample_row(
              input, narrowed.baseAddress! + index * pitch, columns.count, horizontal.starts, horizontal.counts,
              horizontal.weights, horizontal.stride)
          }
        }
      }
      count = inputRows.count * pitch + 1
    }
    let result = [UInt8](unsafeUninitializedCapacity: rows.count * pitch) { result, count in
      narrowed.withUnsafeBufferPointer { narrowed in
        vertical.weights.withUnsafeBufferPointer { weights in
          for row in 0..<rows.count {
            cimage_blend_rows(
              narrowed.baseAddress! + (Int(vertical.starts[row]) - inputRows.lowerBound) * pitch, pitch,
              result.baseAddress! + row * pitch, pitch, weights.baseAddress! + row * vertical.stride,
              Int(vertical.counts[row]))
          }
        }
      }
      count = rows.count * pitch
    }
    return RGBImage(width: columns.count, height: rows.count, pixels: result)
  }
}

/// The middle of a line of pixels.
private struct CenterWindow {
  /// Pixels of the crop.
  let crop: Int
  /// The pixels of the line that are kept.
  let kept: Range<Int>
  /// Black pixels before them.
  let margin: Int

  init(length: Int, crop: Int, _ offset: CropOffset) {
    precondition(crop > 0, "a crop of \(crop) pixels")
    self.crop = crop
    if crop <= length {
      let start = offset(length - crop)
      kept = start..<start + crop
      margin = 0
    } else {
      kept = 0..<length
      margin = (crop - length) / 2
    }
  }
}
