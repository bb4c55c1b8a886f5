import Foundation

/// How much memory a program can still take.
public enum AvailableMemory {
  /// Bytes that can be used without swapping, by what Linux says of the machine and of the control group (container) that
  /// the process is in; nil where neither says.
  ///
  /// - Parameter root: The folder that holds `proc` and `sys`, with a slash behind it.
  public static func bytes(root: String = "/") -> Int? {
    [machine(root), group(root)].compactMap { $0 }.min()
  }

  private static func machine(_ root: String) -> Int? {
    text(root + "proc/meminfo").flatMap { number("MemAvailable:", in: $0) }.map { $0 * 1024 }
  }

  private static func group(_ root: String) -> Int? {
    let group = text(root + "proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }?.dropFirst(3)
    let folder = root + "sys/fs/cgroup" + (group ?? "/")
    guard let limit = text(folder + "/memory.max").flatMap({ Int($0) }) else { return nil }
    // The cache of files counts as used, but the system gives it up when memory is needed.
    let files = text(folder + "/memory.stat").flatMap { number("inactive_file ", in: $0) } ?? 0
    return limit - (text(folder + "/memory.current").flatMap { Int($0) } ?? 0) + files
  }

  /// The first number on the line that begins with a word.
  private static func number(_ word: String, in text: String) -> Int? {
    text.split(separator: "\n").first { $0.hasPrefix(word) }
      .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
