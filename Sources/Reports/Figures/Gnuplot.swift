import Basics
import Foundation

/// gnuplot as a process of its own.
package struct Gnuplot: Sendable {
  /// The program's path.
  let path: String

  /// What a reader is told who has none.
  package static let advice =
    "gnuplot is not installed, so there are no figures; on Debian: apt-get install gnuplot-nox"

  /// The first `gnuplot` in the folders of `PATH`; nil if there is none.
  package static func find(in folders: String = ProcessInfo.processInfo.environment["PATH"] ?? "") -> Gnuplot? {
    folders.split(separator: ":").lazy.map { "\($0)/gnuplot" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map(Gnuplot.init)
  }

  /// What a script writes to standard output.
  ///
  /// Input and output are files: with pipes both sides could wait for each other.
  ///
  /// - Throws: ``Failure`` with gnuplot's first complaint.
  func run(_ script: String) throws -> String {
    let folder = "\(FileManager.default.temporaryDirectory.path)/rpp-figures-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let names = ["in", "out", "error"].map { "\(folder)/\($0)" }
    try AtomicFile.write(Data(script.utf8), to: names[0])
    for name in names.dropFirst() { try AtomicFile.write(Data(), to: name) }
    guard let input = FileHandle(forReadingAtPath: names[0]), let output = FileHandle(forWritingAtPath: names[1]),
      let errors = FileHandle(forWritingAtPath: names[2])
    else { throw Failure("cannot open the files of a figure in \(folder)") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    // Decimal points, whatever the user's language; no settings of the user's own.
    process.environment = ["LC_ALL": "C.UTF-8", "HOME": folder]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    do { try process.run() } catch { throw Failure("cannot start \(path): \(error.localizedDescription)") }
    process.waitUntilExit()
    func text(_ name: String) -> String {
      String(decoding: FileManager.default.contents(atPath: name) ?? Data(), as: UTF8.self)
    }
    let svg = text(names[1])
    guard process.terminationStatus == 0, svg.contains("</svg>") else {
      let complaint =
        text(names[2]).split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
        .first { $0.contains("line ") || $0.contains("rror") } ?? "no picture came out"
      throw Failure("gnuplot: \(complaint)")
    }
    return svg
  }
}
