import Basics
import Foundation
import TestSupport
import Testing

@Suite final class AtomicFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-atomic-\(UUID())").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  @Test func aFileIsMadeAndReplaced() throws {
    let path = folder + "/file"
    try AtomicFile.write(Data("one".utf8), to: path)
    #expect(try text(path) == "one")
    try AtomicFile.write(to: path) { handle in
      try handle.write(contentsOf: Data("t".utf8))
      #expect(try text(path) == "one")
      try handle.write(contentsOf: Data("wo".utf8))
    }
    #expect(try text(path) == "two")
    #expect(try names(folder) == ["file"])
  }

  @Test func anErrorLeavesTheOldFileAndNothingElse() throws {
    let path = folder + "/file"
    try AtomicFile.write(Data("old".utf8), to: path)
    #expect(throws: Failure("stop")) {
      try AtomicFile.write(to: path) { handle in
        try handle.write(contentsOf: Data("new".utf8))
        throw Failure("stop")
      }
    }
    #expect(try text(path) == "old")
    #expect(try names(folder) == ["file"])
    let open = try names("/proc/self/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }
    #expect(open.allSatisfy { !$0.hasPrefix(folder) })
  }

  @Test func whatTheSystemRefusesIsSaidInOneLine() throws {
    #expect(throws: Failure("cannot write \(folder)/none/file: No such file or directory")) {
      try AtomicFile.write(Data(), to: folder + "/none/file")
    }
    #expect(throws: Failure("cannot write \(folder): it exists and is not a file")) {
      try AtomicFile.write(Data(), to: folder)
    }
    #expect(try names(folder) == [])
  }

  @Test func devicesAreNotReplaced() {
    #expect(throws: Failure("cannot write /dev/null: it exists and is not a file")) {
      try AtomicFile.write(Data(), to: "/dev/null")
    }
  }

  @Test func manyWritersLeaveOneWholeFile() throws {
    let path = folder + "/file"
    let texts = try Parallel.map(50) { index in
      let text = String(repeating: "\(index),", count: 5000)
      try AtomicFile.write(Data(text.utf8), to: path)
      return text
    }
    #expect(texts.contains(try text(path)))
    #expect(try names(folder) == ["file"])
  }

  @Test(.enabled(if: FullDisk.canBeMade, "only root can mount a small file system"))
  func aFullDiskLeavesTheOldFile() throws {
    try FullDisk.with(at: folder) {
      let path = folder + "/file"
      try AtomicFile.write(Data("old".utf8), to: path)
      #expect(throws: Failure("cannot write \(path): No space left on device")) {
        try AtomicFile.write(Data(count: 1 << 20), to: path)
      }
      #expect(try text(path) == "old")
      #expect(try names(folder) == ["file"])
    }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }
}
