import Foundation

/// Where inputs become files: `FUZZ_FOLDER`, best in memory.
enum ScratchFolder {
  /// The folder's path.
  static let path: String = {
    guard let path = ProcessInfo.processInfo.environment["FUZZ_FOLDER"] else {
      fatalError("FUZZ_FOLDER must name a folder for files that come and go, best one below /dev/shm")
    }
    return path
  }()

  /// A folder in it, made if it is not there, which takes long.
  static func folder(_ name: String) -> String {
    let folder = "\(path)/\(name)"
    try! FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Writes a file, without the flush and the renaming that take time.
  ///
  /// - Returns: Its path.
  @discardableResult
  static func write(_ bytes: some Collection<UInt8>, to file: String) -> String {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    let data = Array(bytes)
    guard descriptor >= 0, Glibc.write(descriptor, data, data.count) == data.count else {
      fatalError("cannot write \(file): \(String(cString: strerror(errno)))")
    }
    close(descriptor)
    return file
  }
}
