import Foundation
import Glibc

/// Reads files that a user names. Anything but a regular file is refused: reading a pipe or a device could block, or never end.
public enum RegularFile {
  /// Opens a file for reading.
  ///
  /// - Returns: Its descriptor, which the caller closes.
  /// - Throws: ``Failure`` naming the path, if it is not that of a readable regular file.
  public static func open(_ path: String) throws -> Int32 {
    // Without O_NONBLOCK, opening a pipe would block before its kind could be checked.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure("cannot read \(path): \(String(cString: strerror(errno)))") }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
      let reason =
        isKnown
        ? (status.st_mode & S_IFMT == S_IFDIR ? "a directory, " : "") + "not a file" : String(cString: strerror(errno))
      close(descriptor)
      throw Failure("cannot read \(path): \(reason)")
    }
    return descriptor
  }

  /// The bytes of a file.
  ///
  /// - Parameter limit: The most bytes that it may have.
  /// - Throws: ``Failure`` naming the path, if it is not that of a readable regular file, or the file is larger.
  public static func contents(of path: String, limit: Int = 64 << 20) throws -> Data {
    let file = FileHandle(fileDescriptor: try open(path), closeOnDealloc: true)
    var status = stat()
    guard fstat(file.fileDescriptor, &status) == 0, Int(status.st_size) <= limit else {
      throw Failure("cannot read \(path): it has \(status.st_size) bytes, and at most \(limit) are read")
    }
    do {
      return try file.readToEnd() ?? Data()
    } catch {
      throw Failure("cannot read \(path): \(SystemError.reason(error))")
    }
  }
}
