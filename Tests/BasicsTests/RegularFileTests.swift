import Basics
import Foundation
import Testing

@Suite struct RegularFileTests {
  @Test func onlyRegularFilesAreRead() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-files-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = "\(folder)/file"
    try Data("12345".utf8).write(to: URL(fileURLWithPath: file))
    #expect(try RegularFile.contents(of: file, limit: 5) == Data("12345".utf8))
    #expect(throws: Failure("cannot read \(file): it has 5 bytes, and at most 4 are read")) {
      try RegularFile.contents(of: file, limit: 4)
    }
    #expect(throws: Failure("cannot read \(folder): a directory, not a file")) { try RegularFile.contents(of: folder) }
    #expect(throws: Failure("cannot read /dev/zero: not a file")) { try RegularFile.contents(of: "/dev/zero") }
    #expect(throws: Failure("cannot read \(folder)/none: No such file or directory")) {
      try RegularFile.contents(of: "\(folder)/none")
    }
    // Nothing writes to this pipe, so opening it without O_NONBLOCK would never return.
    #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
    #expect(throws: Failure("cannot read \(folder)/pipe: not a file")) {
      try RegularFile.contents(of: "\(folder)/pipe")
    }
  }
}
