import ArgumentParser
import Basics
import Datasets

extension TasksCommand {
  struct Check: SettledCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "What is there of a task's files, and what is missing.",
      discussion: """
        Without a task, what is there of every data set (dassl:NAME) below --root or RPP_DATA.

          \(Terminal.program) tasks check dassl:caltech101 --root /data
        """)

    @Argument(help: "A task, such as dassl:caltech101.")
    var task: String?
    @OptionGroup var data: DataRootOption
    @OptionGroup var json: JSONOption
    @OptionGroup var configuration: ConfigurationOption

    func run(_ settings: inout Settings) throws {
      try settings.check()
      let tasks = CommandLineApp.tasks
      guard let task else { return try overview(DasslSource.names.map(tasks.check)) }
      let check = try tasks.check(task)
      print(json.json ? try JSONOutput.text(check) : Self.text(check))
      guard check.isComplete else { throw Self.failure(check) }
    }

    private func overview(_ checks: [TaskCheck]) throws {
      if json.json { return print(try JSONOutput.text(["tasks": checks])) }
      let lines = checks.map { check in
        let state =
          check.isComplete
          ? check.expected.map { Self.differences($0, check.found ?? .init()) }.flatMap { $0.isEmpty ? nil : $0 }
            ?? "complete"
          : check.parts.contains(where: \.isThere) || check.mistake != nil
            ? Self.failure(check).description : "not there: \(check.folder ?? "")"
        return [check.task, state]
      }
      print(TextColumns.text([["task", ""]] + lines))
    }

    private static func text(_ check: TaskCheck) -> String {
      var lines = [
        [check.task, check.folder.map { "in \($0)" }, check.reader.map { "as read by \($0)" }].compactMap { $0 }
          .joined(separator: ", ").printable
      ]
      if !check.parts.isEmpty {
        lines.append(
          TextColumns.text(
            [["part", "", "what it is"]] + check.parts.map { [$0.path, $0.isThere ? "there" : "missing", $0.about] }))
      }
      let expected = check.expected
      if expected != nil || check.found != nil {
        let found = check.found ?? .init()
        let rows = names.map { name, value in
          [name, found[keyPath: value].map { "\($0)" } ?? "none"]
            + (expected.map { [$0[keyPath: value].map { "\($0)" } ?? ""] } ?? [])
        }
        lines.append(TextColumns.text([["", "found"] + (expected == nil ? [] : ["published"])] + rows))
        if let expected, check.isComplete, case let text = differences(expected, found), !text.isEmpty {
          lines.append(text)
        }
      }
      lines += check.firstMissing.map { "missing: \($0)".printable }
      return lines.joined(separator: "\n")
    }

    private static let names: [(String, KeyPath<TaskCheck.Counts, Int?> & Sendable)] = [
      ("classes", \.classes), ("training images", \.training), ("validation images", \.validation),
      ("test images", \.test),
    ]

    /// In what the data are not as many as published; empty where they are.
    private static func differences(_ expected: TaskCheck.Counts, _ found: TaskCheck.Counts) -> String {
      let different = names.filter { _, value in
        expected[keyPath: value].map { $0 != found[keyPath: value] ?? 0 } ?? false
      }
      return different.isEmpty
        ? "" : "complete, but not as many \(different.map { $0.0 }.joined(separator: ", ")) as published"
    }

    private static func failure(_ check: TaskCheck) -> Failure {
      if let mistake = check.mistake { return Failure(mistake) }
      let missing = check.parts.filter { !$0.isThere }
      guard let part = missing.first else {
        return Failure(
          "\(check.task): \(check.missingImages) images that are listed are not there (\(check.firstMissing.first ?? "")"
            + (check.missingImages > 1 ? ", …)" : ")"))
      }
      let more = missing.count > 1 ? "; \(missing.count - 1) more are missing" : ""
      return Failure("\(check.task): \(check.folder ?? "")/\(part.path) is missing: \(part.about)\(more)")
    }
  }
}
