import Basics
import CImageCodecs
import Foundation

extension RGBImage {
  /// The image as a PNG file's bytes; the same bytes for the same image.
  ///
  /// - Throws: ``Failure`` when there is no memory for it.
  public func pngData() throws -> Data {
    var encoded = CImageEncoded()
    pixels.withUnsafeBufferPointer { cimage_encode_png($0.baseAddress, width, height, &encoded) }
    guard let bytes = encoded.bytes else {
      let problem = withUnsafeBytes(of: encoded.problem) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw Failure("a \(width)×\(height) image cannot be written as PNG: \(problem)")
    }
    defer { free(bytes) }
    return Data(bytes: bytes, count: encoded.count)
  }

  /// Writes the image to a PNG file, whole or not at all.
  ///
  /// - Throws: ``Failure`` naming the path and the reason.
  public func writePNG(to path: String) throws {
    try AtomicFile.write(pngData(), to: path)
  }
}
