import Basics
import Foundation

/// Files that commands write.
enum OutputFile {
  /// - Throws: a usage ``Failure`` if a command would write over what it reads.
  static func requireOther(_ out: String, option: String = "--out", than input: String) throws {
    guard resolved(out) != resolved(input) else {
      throw Failure.usage("\(option) is \(Spelling.quoted(out)), a file that is read; name another one")
    }
  }

  /// - Parameter fileExtension: What files of the command's kind end with, as `.csv`.
  /// - Throws: a usage ``Failure`` if there is a file of another kind, which was hardly meant.
  static func requireKind(_ out: String, option: String, _ fileExtension: String) throws {
    guard FileManager.default.fileExists(atPath: out), !out.lowercased().hasSuffix(fileExtension) else { return }
    throw Failure.usage(
      "\(option) is \(Spelling.quoted(out)), a file that is there and no \(fileExtension); name another one")
  }

  /// Makes the folder that a file is to be written into, as commands do that write folders.
  ///
  /// - Throws: ``Failure`` naming the folder that cannot be made.
  static func makeFolder(of out: String) throws {
    try Folder.make(URL(fileURLWithPath: out).deletingLastPathComponent().path)
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}
