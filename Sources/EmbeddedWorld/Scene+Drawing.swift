import Basics
import Images

extension Scene {
  /// The scene's image; the same bytes every time and on every machine.
  public func draw() -> RGBImage {
    var canvas = Canvas()
    let pixels = [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      if let bytes = buffer.baseAddress { canvas.draw(self, into: bytes) }
      count = Self.byteCount
    }
    return RGBImage(width: Self.side, height: Self.side, pixels: pixels)
  }

  /// Draws `count` scenes on all cores, `scene` giving the one of each index.
  ///
  /// - Returns: `count · side · side · 3` bytes, image after image in the form of ``RGBImage/pixels``.
  public static func draw(count: Int, _ scene: @Sendable (Int) -> Scene) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * byteCount) { buffer, initialized in
      let pieceSize = 64
      nonisolated(unsafe) let bytes = buffer.baseAddress
      Parallel.forEach((count + pieceSize - 1) / pieceSize) { piece in
        guard let bytes else { return }
        var canvas = Canvas()
        for index in piece * pieceSize..<min((piece + 1) * pieceSize, count) {
          canvas.draw(scene(index), into: bytes + index * byteCount)
        }
      }
      initialized = count * byteCount
    }
  }
}
