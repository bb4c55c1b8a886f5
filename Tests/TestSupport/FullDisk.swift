import Foundation

/// A file system of 64 KiB, mounted where a test wants it.
public enum FullDisk {
  /// Whether this process may mount; tried, as root in a container often may not.
  public static let canBeMade: Bool = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-mount-\(UUID())").path
    guard (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil
    else { return false }
    defer { rmdir(folder) }
    return (try? with(at: folder) {}) != nil
  }()

  /// Calls `body` while the folder is on the small file system.
  public static func with(at folder: String, _ body: () throws -> Void) throws {
    guard mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else { throw POSIXError(.EPERM) }
    defer { umount2(folder, Int32(MNT_DETACH)) }
    try body()
  }
}
