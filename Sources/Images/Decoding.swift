import Basics
import CImageCodecs
import Foundation

extension RGBImage {
  /// The most pixels that a file may claim to hold; more are refused before memory is taken for them. It is where Pillow
  /// calls an image a decompression bomb.
  public static let pixelLimit = Int(CIMAGE_PIXEL_LIMIT)

  /// The most bytes that an image's file may have: 1 GiB.
  public static let fileSizeLimit = 1 << 30

  /// Reads a JPEG, PNG or WebP file; see ``init(decoding:name:)``.
  ///
  /// - Throws: ``Failure`` naming the path and what is wrong with it.
  public init(contentsOf path: String) throws {
    try self.init(decoding: Self.bytes(ofFile: path), name: path)
  }

  /// Decodes a JPEG (gray, colour, CMYK; baseline or progressive), a PNG of any kind or a still WebP image, told apart
  /// by their first bytes.
  ///
  /// The result is that of Pillow's `Image.open(…).convert("RGB")`: transparency is dropped, not blended; palettes are
  /// expanded; of 16 bits the upper 8 are taken (of 16-bit gray too, where Pillow clips); CMYK is read as Adobe's,
  /// inverted. Orientation, colour profiles and gamma are ignored.
  ///
  /// - Throws: ``Failure`` of one line that begins with `name`: other kinds of files, damaged or cut ones, and those that
  ///   claim more than ``pixelLimit`` pixels.
  public init(decoding bytes: some ContiguousBytes, name: String) throws {
    self = try bytes.withUnsafeBytes { try Self.decode($0, name: name) }
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws -> RGBImage {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { throw Failure("\(name): an empty file, not an image") }
    guard let decoder = decoder(of: bytes) else { throw Failure("\(name): not a JPEG, PNG or WebP image") }
    var decoded = CImageDecoded()
    decoder(start.assumingMemoryBound(to: UInt8.self), bytes.count, &decoded)
    guard let pixels = decoded.pixels else {
      let problem = withUnsafeBytes(of: decoded.problem) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw Failure("\(name): \(problem)")
    }
    defer { free(pixels) }
    return RGBImage(
      width: decoded.width, height: decoded.height,
      pixels: Array(UnsafeBufferPointer(start: pixels, count: decoded.width * decoded.height * 3)))
  }

  private typealias Decoder = (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<CImageDecoded>) -> Void

  private static func decoder(of bytes: UnsafeRawBufferPointer) -> Decoder? {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return cimage_decode_jpeg }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return cimage_decode_png }
    if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return cimage_decode_webp
    }
    return nil
  }

  /// The bytes of a regular file; a pipe or a device could go on for ever.
  ///
  /// - Throws: ``Failure`` that begins with the path if it is no regular file, larger than ``fileSizeLimit``, or cannot be
  ///   read.
  public static func bytes(ofFile path: String) throws -> [UInt8] {
    func systemFailure() -> Failure { Failure("\(path): \(String(cString: strerror(errno)))") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemFailure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemFailure() }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw Failure("\(path): a directory, not an image")
    default: throw Failure("\(path): not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= fileSizeLimit else {
      throw Failure("\(path): \(size) bytes, and an image's file may have \(fileSizeLimit)")
    }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = read(descriptor, buffer.baseAddress! + count, size - count)
        if got == 0 { break }
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { throw systemFailure() }
        count += got
      }
    }
  }
}
