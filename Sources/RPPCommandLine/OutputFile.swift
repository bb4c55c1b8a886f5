import Basics
import Foundation

/// Files that commands write.
enum OutputFile {
  /// - Throws: a usage ``Failure`` if a command would write over what it reads.
  static func requireOther(_ out: String, than input: String) throws {
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    guard resolved(out) != resolved(input) else {
      throw Failure.usage("--out is \(Spelling.quoted(out)), the file that is read; name another one")
    }
  }
}
