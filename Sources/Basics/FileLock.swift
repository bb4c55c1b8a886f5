import Foundation

/// A lock, by a file, that one process at a time holds. It ends with this object, and with the process, even a killed one.
public final class FileLock: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Takes the lock, making the file if need be.
  ///
  /// - Throws: ``Failure`` if another process holds it, or the file cannot be written.
  public convenience init(in folder: String, name: String = "lock") throws {
    try self.init("\(folder)/\(name)", flags: LOCK_EX | LOCK_NB) { _ in
      Failure("another rpp is running in \(folder); wait for it or choose another --out")
    }
  }

  /// The lock, or nil if another process or another part of this one holds it.
  ///
  /// - Throws: ``Failure`` if the file cannot be written.
  public static func ifFree(in folder: String, name: String) throws -> FileLock? {
    struct IsHeld: Error {}
    do {
      return try FileLock("\(folder)/\(name)", flags: LOCK_EX | LOCK_NB) { _ in IsHeld() }
    } catch is IsHeld {
      return nil
    }
  }

  /// The lock, as soon as nobody else holds it.
  ///
  /// - Throws: ``Failure`` if the file cannot be written or locked.
  public static func waiting(in folder: String, name: String) throws -> FileLock {
    let path = "\(folder)/\(name)"
    return try FileLock(path, flags: LOCK_EX) { Failure("cannot lock \(path): \(String(cString: strerror($0)))") }
  }

  private init(_ path: String, flags: Int32, orThrow refusal: (_ code: Int32) -> any Error) throws {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
      var status: Int32
      repeat { status = flock(descriptor, flags) } while status != 0 && errno == EINTR
      guard status == 0 else {
        let code = errno
        close(descriptor)
        throw refusal(code)
      }
      // Whoever held it until now may have removed the file: the lock of a file without a name keeps nobody out.
      guard Self.isAt(path, descriptor) else {
        close(descriptor)
        continue
      }
      (self.descriptor, self.path) = (descriptor, path)
      return
    }
  }

  /// Removes the file. Nothing that the lock protects may follow.
  public func removeFile() { unlink(path) }

  private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, open) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(descriptor, &open) == 0
      && (named.st_dev, named.st_ino) == (open.st_dev, open.st_ino)
  }

  deinit {
    // Closing would not do: a process that was started meanwhile may hold a copy of the descriptor.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
