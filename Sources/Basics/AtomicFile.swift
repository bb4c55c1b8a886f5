import Foundation

/// Files that are whole or not there: written under another name beside the target, flushed, then renamed over it.
public enum AtomicFile {
  /// Replaces the file at `path` by what `write` puts out; on any error the old file stays and nothing new is left.
  ///
  /// - Throws: ``Failure`` naming the path and the system's reason (no space, no permission), or what `write` throws.
  public static func write(to path: String, _ write: (FileHandle) throws -> Void) throws {
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    do {
      do {
        try write(handle)
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure("cannot write \(path): \(reason(error))")
      }
      guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0 else {
        throw Failure("cannot write \(path): \(String(cString: strerror(errno)))")
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Replaces the file at `path` by `data`.
  public static func write(_ data: Data, to path: String) throws {
    try write(to: path) { try $0.write(contentsOf: data) }
  }

  private static func reason(_ error: any Error) -> String {
    let nsError = error as NSError
    let underlying = nsError.userInfo[NSUnderlyingErrorKey] as? NSError ?? nsError
    return underlying.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(underlying.code))) : nsError.localizedDescription
  }
}
