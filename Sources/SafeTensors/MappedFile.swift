import Basics
import Foundation

/// A file whose bytes appear in memory when they are read.
///
/// Sendable although it holds a pointer: the mapping is read-only and lives exactly as long as the object.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  /// The number of bytes when the file was opened.
  package let size: Int
  private let base: UnsafeRawPointer
  private let descriptor: Int32

  /// - Throws: ``Failure`` if the path is not that of a readable file with at least one byte.
  package init(path: String) throws {
    let descriptor = try RegularFile.open(path)
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw Failure("cannot read \(path): \(String(cString: strerror(errno)))")
      }
      guard status.st_size > 0 else { throw Failure("cannot read \(path): the file is empty") }
      size = Int(status.st_size)
      guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
        throw Failure("cannot map \(path) of \(size) bytes into memory: \(String(cString: strerror(errno)))")
      }
      self.base = UnsafeRawPointer(base)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: base), size)
    close(descriptor)
  }

  /// Calls `body` with the bytes of `range`, which must lie in the file as it was opened.
  ///
  /// - Throws: ``Failure`` if the file has been cut since (touching the bytes it lost would kill the process).
  package func withUnsafeBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= size else {
      throw Failure("\(path): cut while in use, from \(size) to \(status.st_size) bytes")
    }
    return try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }
  }
}
