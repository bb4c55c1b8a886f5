import Foundation

/// The files beside the tests: sentences of the project's own, merges learned from them by another program, and texts
/// with the ids that CLIP's `simple_tokenizer` (with ftfy 6.3.1, mending of mojibake off) gives them with these merges.
enum Resource {
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Resources/\(name)").path
  }

  static func lines(_ name: String) throws -> [String] {
    try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Calls `body` with the path of a file of these contents, which is removed afterwards.
  static func withFile<Result>(_ contents: Data, _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("merges-\(UUID().uuidString)")
    try contents.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }
}
