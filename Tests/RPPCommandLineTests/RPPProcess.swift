import TestSupport
import Foundation

/// The `rpp` that was built with these tests, run as a process of its own.
final class RPPProcess {
  /// What a process that ended leaves.
  struct Outcome {
    /// The exit status; 128 and the signal's number for a process that a signal ended, as shells say it.
    let status: Int32
    let output: String
    let errors: String

    /// The lines of the error stream that begin with the program's name: messages, not progress.
    var messages: [String] {
      errors.split(separator: "\n").filter { $0.hasPrefix("rpp: ") }.map { String($0.dropFirst(5)) }
    }
  }

  /// Beside the test bundle, which is the running program or an argument of it.
  static let path: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folders =
      CommandLine.arguments.filter { $0.contains(".xctest") }.map { bundle in
        URL(fileURLWithPath: String(bundle.prefix(upTo: bundle.range(of: ".xctest")!.upperBound)))
          .deletingLastPathComponent()
      } + ["release", "debug"].map { root.appendingPathComponent(".build/\($0)") }
    return folders.map { $0.appendingPathComponent("rpp").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  private let process = Process()
  private let folder: TemporaryFolder

  /// Starts `rpp` with the given arguments.
  ///
  /// - Parameters:
  ///   - environment: Variables beside those of the tests.
  ///   - shell: Commands of a shell that ends with `exec "$@"`, for redirections.
  init(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil, in directory: String? = nil
  ) throws {
    folder = try TemporaryFolder()
    guard let path = Self.path else { throw CocoaError(.fileNoSuchFile) }
    process.executableURL = URL(fileURLWithPath: shell == nil ? path : "/bin/sh")
    process.arguments = (shell.map { ["-c", "\($0)", "sh", path] } ?? []) + arguments
    // A cache of its own, not the user's.
    process.environment = ProcessInfo.processInfo.environment.merging(["RPP_CACHE": "\(folder.path)/cache"]) { $1 }
      .merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    // Files, not pipes: nobody has to read while the process runs.
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try folder.handle("output")
    process.standardError = try folder.handle("errors")
    try process.run()
  }

  /// Runs to the end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil, in directory: String? = nil
  ) throws -> Outcome {
    try RPPProcess(arguments, environment: environment, shell: shell, in: directory).outcome()
  }

  /// What stands on the error stream so far.
  var errors: String { (try? folder.text("errors")) ?? "" }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until a condition holds; false if the process ended before, or if it does not hold within two minutes.
  func wait(until condition: () -> Bool) -> Bool {
    let deadline = Date().addingTimeInterval(120)
    while !condition() {
      guard process.isRunning, Date() < deadline else { return condition() }
      usleep(2000)
    }
    return true
  }

  /// Waits for the end; a process that hangs is killed.
  func outcome() throws -> Outcome {
    let deadline = Date().addingTimeInterval(120)
    while process.isRunning {
      if Date() > deadline { send(SIGKILL) }
      usleep(2000)
    }
    process.waitUntilExit()
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Outcome(
      status: signal + process.terminationStatus, output: try folder.text("output"), errors: try folder.text("errors"))
  }
}
