import Basics
import Foundation

/// What a person sees on the error stream: messages and progress.
enum Terminal {
  /// Whether a person is looking.
  static let isInteractive = isatty(STDERR_FILENO) == 1

  /// What the user called this program: `rpp`, or the command line of a plugin's own package.
  static let program = CommandLine.arguments.first.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "rpp"

  /// The command that the user gave, as a shell takes it.
  static let commandLine =
    ([program] + CommandLine.arguments.dropFirst()).map(quoted).joined(separator: " ")

  /// A word of a command as a shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,+@".contains($0) }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// What went wrong, after the program's name.
  ///
  /// Of several ranks the first one speaks; another waits for it to say the same, which ends them all.
  static func error(_ text: String) {
    let rank = LaunchedProcesses.rank
    guard rank > 0 else { return lines("\(program): \(text)") }
    sleep(2)
    write("\(program), rank \(rank): \(text)\n".printableLines)
  }

  /// A line of its own, also where a progress bar stands.
  static func line(_ text: String) { lines(text.printable) }

  /// Lines of their own. What a terminal takes for a command is shown in letters.
  static func lines(_ text: String) {
    guard isSpeaking else { return }
    write((isInteractive ? ProgressBar.erasure : "") + text.printableLines + "\n")
  }

  /// Whether this is the first of several ranks, or the only one.
  fileprivate static let isSpeaking = LaunchedProcesses.rank == 0

  /// Writes as it is; a closed or full error stream is no reason to stop, or to crash as `FileHandle.write(_:)` does.
  fileprivate static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// How far a long job is: a bar that is drawn again on a terminal; otherwise plain lines at every tenth, of jobs that take
/// longer than it takes to read them.
final class ProgressBar {
  /// What removes the line that the cursor stands in from a terminal.
  static let erasure = "\r\u{1B}[2K"

  /// Seconds before the first plain line.
  private static let patience = 5.0
  /// Seconds after which there is a plain line though no tenth is done.
  private static let silence = 600.0

  private let title: String
  private let start: Date
  private var lastDrawn = Date.distantPast
  private var lastTenth = -1
  private var firstShare: Double?

  /// - Parameter start: When the job began.
  init(_ title: String, since start: Date = Date()) {
    self.title = title.printable
    self.start = start
  }

  /// Shows that `step` of `steps` are done.
  func show(_ step: Int, of steps: Int, _ detail: String) {
    let all = Double(max(steps, 1))
    show(Double(step) / all, from: Double(step - 1) / all, "\(step)/\(steps)  \(detail)")
  }

  /// Shows that a share of the work, in [0, 1], is done.
  func show(share: Double, _ detail: String) { show(share, from: share, "\(Int(share * 100)) %  \(detail)") }

  /// - Parameter first: What was done before the first call, and took none of the time since.
  private func show(_ share: Double, from first: Double, _ detail: String) {
    let first = firstShare ?? first
    firstShare = first
    let elapsed = Date().timeIntervalSince(start)
    guard Terminal.isSpeaking else { return }
    let left = share > first ? "  \(Self.duration(elapsed * (1 - share) / (share - first))) left" : ""
    if Terminal.isInteractive {
      guard Date().timeIntervalSince(lastDrawn) > 0.1 || share == 1 else { return }
      lastDrawn = Date()
      let filled = Int(share * 24)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      Terminal.write("\(Self.erasure)\(title) \(bar) \(detail)\(left)")
      if share == 1 { Terminal.write(Self.erasure) }
    } else if Int(share * 10) > lastTenth || Date().timeIntervalSince(lastDrawn) > Self.silence, elapsed > Self.patience
    {
      (lastTenth, lastDrawn) = (Int(share * 10), Date())
      Terminal.line("\(title) \(detail)  \(Self.duration(elapsed))\(share < 1 ? left : "")")
    }
  }

  /// Ends the bar's line, so that a message does not run into it.
  func finish() {
    if Terminal.isInteractive { Terminal.write(Self.erasure) }
  }

  /// Seconds as a person says them.
  static func duration(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded())
    if seconds < 60 { return "\(seconds) s" }
    return seconds < 3600 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
