import Basics
import Foundation
import Testing

@Suite("Memory that can still be taken")
struct AvailableMemoryTests {
  /// A file system that says what the machine and the control group have.
  private func root(
    meminfo: String?, group: String?, limit: String?, current: String?, statistics: String?
  ) throws -> String {
    let root = FileManager.default.temporaryDirectory.path + "/rpp-memory-\(UUID().uuidString)/"
    func write(_ text: String?, _ path: String) throws {
      guard let text else { return }
      let folder = (root + path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try text.write(toFile: root + path, atomically: true, encoding: .utf8)
    }
    try write(meminfo, "proc/meminfo")
    try write(group, "proc/self/cgroup")
    try write(limit, "sys/fs/cgroup/box/memory.max")
    try write(current, "sys/fs/cgroup/box/memory.current")
    try write(statistics, "sys/fs/cgroup/box/memory.stat")
    return root
  }

  private let meminfo = "MemTotal:       24600000 kB\nMemFree: 5 kB\nMemAvailable:   1000 kB\n"

  @Test func theSmallerOfMachineAndGroupCounts() throws {
    #expect(try bytes(meminfo, nil, nil, nil) == 1_024_000)
    #expect(try bytes(meminfo, "0::/box\n", "700000\n", "200000\n") == 500_000)
    #expect(try bytes(meminfo, "0::/box\n", "7000000\n", "200000\n") == 1_024_000)
    #expect(try bytes(meminfo, "0::/box\n", "max\n", "200000\n") == 1_024_000)
    // The cache of files counts as available.
    #expect(try bytes(meminfo, "0::/box\n", "700000\n", "200000\n", "anon 7\ninactive_file 50000\nx 1\n") == 550_000)
    #expect(try bytes(nil, nil, nil, nil) == nil)
    #expect(try bytes("nonsense", "0::", nil, nil) == nil)
  }

  @Test func thisMachineHasSome() { #expect((AvailableMemory.bytes() ?? 1) > 0) }

  private func bytes(
    _ meminfo: String?, _ group: String?, _ limit: String?, _ current: String?, _ statistics: String? = nil
  ) throws -> Int? {
    let root = try root(meminfo: meminfo, group: group, limit: limit, current: current, statistics: statistics)
    defer { try? FileManager.default.removeItem(atPath: root) }
    return AvailableMemory.bytes(root: root)
  }
}
