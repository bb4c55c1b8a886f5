import Foundation

/// A lock, by a file, that one process at a time holds. It ends with this object, and with the process, even a killed one.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, making the file if need be.
  ///
  /// - Throws: ``Failure`` if another process holds it, or the file cannot be written.
  public convenience init(in folder: String, name: String = "lock") throws {
    try self.init(open: folder, name)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure("another rpp is running in \(folder); wait for it or choose another --out")
    }
  }

  /// The lock, or nil if another process or another part of this one holds it.
  ///
  /// - Throws: ``Failure`` if the file cannot be written.
  public static func ifFree(in folder: String, name: String) throws -> FileLock? {
    let lock = try FileLock(open: folder, name)
    return flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 ? lock : nil
  }

  /// The lock, as soon as nobody else holds it.
  ///
  /// - Throws: ``Failure`` if the file cannot be written.
  public static func waiting(in folder: String, name: String) throws -> FileLock {
    let lock = try FileLock(open: folder, name)
    while flock(lock.descriptor, LOCK_EX) != 0, errno == EINTR {}
    return lock
  }

  private init(open folder: String, _ name: String) throws {
    let path = "\(folder)/\(name)"
    // From here on deinit closes the file, also where an initialiser throws.
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
  }

  deinit {
    // Closing would not do: a process that was started meanwhile may hold a copy of the descriptor.
    guard descriptor >= 0 else { return }
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
