import Foundation
import Synchronization

/// Files that are whole or not there: written under another name beside the target, flushed, then renamed over it.
public enum AtomicFile {
  /// What the name of a file that is being written ends with; a process that is killed leaves one.
  public static let temporaryExtension = ".partial"

  /// Replaces the file at `path` by what `write` puts out; on any error the old file stays and nothing new is left.
  ///
  /// - Throws: ``Failure`` naming the path and the system's reason (no space, no permission), or what `write` throws.
  public static func write(to path: String, _ write: (FileHandle) throws -> Void) throws {
    var status = stat()
    // Renaming over a device or a pipe would remove it for all programs.
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw Failure("cannot write \(path): it exists and is not a file")
    }
    let writer = writers.add(1, ordering: .relaxed).newValue
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).\(writer)\(temporaryExtension)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      do {
        defer { close(descriptor) }
        try write(FileHandle(fileDescriptor: descriptor, closeOnDealloc: false))
        guard fsync(descriptor) == 0 else { throw failure(path) }
      }
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error as? Failure ?? Failure("cannot write \(path): \(SystemError.reason(error))")
    }
  }

  /// Replaces the file at `path` by `data`.
  public static func write(_ data: Data, to path: String) throws {
    try write(to: path) { try $0.write(contentsOf: data) }
  }

  /// How many writes have begun: two threads that write the same file must not share the temporary one.
  private static let writers = Atomic<Int>(0)

  /// The failure of a system call that has just been refused.
  private static func failure(_ path: String) -> Failure {
    Failure("cannot write \(path): \(String(cString: strerror(errno)))")
  }
}
