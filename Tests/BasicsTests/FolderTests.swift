import Basics
import Foundation
import Testing

@Suite struct FolderTests {
  @Test func pathsAreExpandedInOneWay() {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
    for (path, expanded) in [
      ("~", home), ("~/pets/", "\(home)/pets"), ("pets//", "pets"), ("/", "/"), ("a/~/b", "a/~/b"), ("", ""),
    ] { #expect(Folder.expanded(path) == expanded, "\(path)") }
    let here = FileManager.default.currentDirectoryPath
    for (path, whole) in [
      ("~/pets/../cats/", "\(home)/cats"), ("pets", "\(here)/pets"), ("/a/./b/", "/a/b"),
      ("..", (here as NSString).deletingLastPathComponent),
    ] { #expect(Folder.wholePath(path) == whole, "\(path)") }
  }
}
