import Foundation

/// A lock, by a file, that one process at a time holds. It ends with this object, and with the process, even a killed one.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, making the file if need be.
  ///
  /// - Throws: ``Failure`` if another process holds it, or the file cannot be written.
  public init(in folder: String, name: String = "lock") throws {
    let path = "\(folder)/\(name)"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
    // From here on deinit closes the file, also where this initialiser throws.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure("another rpp is running in \(folder); wait for it or choose another --out")
    }
  }

  deinit {
    // Closing would not do: a process that was started meanwhile may hold a copy of the descriptor.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
