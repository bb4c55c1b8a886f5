import Basics
import Foundation
import TestSupport
import Testing

@Suite struct FileLockTests {
  @Test func aLockWhoseFileWasRemovedKeepsNobodyOut() throws {
    let folder = try TemporaryFolder()
    let first = try FileLock(in: folder.path)
    #expect(try FileLock.ifFree(in: folder.path, name: "lock") == nil)
    #expect(throws: Failure.self) { try FileLock(in: folder.path) }
    first.removeFile()
    #expect(!folder.exists("lock"))
    let second = try #require(try FileLock.ifFree(in: folder.path, name: "lock"))
    #expect(try FileLock.ifFree(in: folder.path, name: "lock") == nil)
    withExtendedLifetime((first, second)) {}
  }
}
