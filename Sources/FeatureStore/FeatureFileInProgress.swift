import Basics
import Foundation
import SafeTensors

/// A `FeatureFile` that is being filled.
struct FeatureFileInProgress: Sendable {
  let descriptor: Int32
  private let path: String
  private let embed: Int
  private let dtype: DType
  private let seed: UInt64
  private let featuresStart: Int
  private let checksStart: Int

  private var rowSize: Int { embed * dtype.size }

  /// Opens a file, or makes it at its full length, so that a full disk is found before hours of work.
  ///
  /// - Throws: ``Failure`` naming the path: there is no space, or something else was begun there.
  init(
    _ path: String, beginning: Data, layout: SafeTensorsLayout, embed: Int, dtype: DType, seed: UInt64
  ) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
    (self.descriptor, self.path, self.embed, self.dtype, self.seed) = (descriptor, path, embed, dtype, seed)
    featuresStart = beginning.count + layout.offset(of: FeatureFile.featuresName)
    checksStart = beginning.count + layout.offset(of: FeatureFile.checksName)
    let size = beginning.count + layout.dataSize
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw refused(errno) }
      if status.st_size == size {
        guard try bytes(beginning.count, at: 0).elementsEqual(beginning) else { throw foreign }
      } else {
        // A process that was killed between the two leaves a shorter file, without a row in it.
        guard status.st_size <= beginning.count else { throw foreign }
        try beginning.withUnsafeBytes { try write($0, at: 0) }
        let code = posix_fallocate(descriptor, 0, off_t(size))
        guard code == 0 else {
          unlink(path)
          throw refused(code, "\(ByteCount.text(size)) are needed")
        }
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  private var foreign: Failure {
    Failure(
      "\(path) was begun for other features (of other images, in another --dtype or --precision), or is damaged; remove it or choose "
        + "another --out")
  }

  private func refused(_ code: Int32, _ more: String? = nil) -> Failure {
    Failure("cannot write \(path): \(String(cString: strerror(code)))\(more.map { " (\($0))" } ?? "")")
  }

  // MARK: Rows

  /// Whether a row is there, and as it was written.
  func hasRow(_ index: Int) throws -> Bool {
    let check = try bytes(8, at: checksStart + index * 8).withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard check != 0 else { return false }
    return try bytes(rowSize, at: featuresStart + index * rowSize).withUnsafeBytes {
      FeatureFile.check($0, at: index, seed: seed) == check
    }
  }

  /// Writes a row, then its check.
  func write(_ row: [Float], at index: Int) throws {
    let bytes: [UInt8] =
      dtype == .float16
      ? row.flatMap { withUnsafeBytes(of: Float16($0).bitPattern.littleEndian, Array.init) }
      : row.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    try bytes.withUnsafeBytes { bytes in
      try write(bytes, at: featuresStart + index * rowSize)
      try withUnsafeBytes(of: FeatureFile.check(bytes, at: index, seed: seed).littleEndian) {
        try write($0, at: checksStart + index * 8)
      }
    }
  }

  /// Gives the file, all of whose rows are there, its name.
  func finish(as name: String) throws {
    guard fsync(descriptor) == 0 else { throw refused(errno) }
    // Another process may have done it.
    guard rename(path, name) == 0 || (errno == ENOENT && access(name, R_OK) == 0) else { throw refused(errno) }
  }

  // MARK: Pieces

  /// Linux's commands for locks of an open file (`F_OFD_SETLK` and `F_OFD_SETLKW` of `fcntl(2)`), which Glibc shows to C alone. A lock
  /// of the process would be lost as soon as any descriptor of the file is closed.
  private static let (setLock, setLockWaiting): (Int32, Int32) = (37, 38)

  /// Takes the lock of some rows.
  ///
  /// - Returns: Whether it was taken; always, if `waiting` for another process that holds it.
  func lock(_ rows: Range<Int>, waiting: Bool) throws -> Bool {
    var lock = range(rows, F_WRLCK)
    while true {
      if fcntl(descriptor, waiting ? Self.setLockWaiting : Self.setLock, &lock) == 0 { return true }
      if errno == EINTR { continue }
      guard errno == EAGAIN || errno == EACCES else {
        throw Failure("cannot lock \(path): \(String(cString: strerror(errno)))")
      }
      return false
    }
  }

  func unlock(_ rows: Range<Int>) {
    var lock = range(rows, F_UNLCK)
    _ = fcntl(descriptor, Self.setLock, &lock)
  }

  private func range(_ rows: Range<Int>, _ kind: Int32) -> flock {
    flock(
      l_type: Int16(kind), l_whence: Int16(SEEK_SET), l_start: off_t(checksStart + rows.lowerBound * 8),
      l_len: off_t(rows.count * 8), l_pid: 0)
  }

  // MARK: Bytes

  private func bytes(_ count: Int, at offset: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset + done))
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else {
        throw Failure("cannot read \(path): \(read < 0 ? String(cString: strerror(errno)) : "it was cut")")
      }
      done += read
    }
    return bytes
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else { throw refused(errno) }
      done += written
    }
  }
}
