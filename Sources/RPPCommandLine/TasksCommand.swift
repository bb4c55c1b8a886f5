import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Foundation
import Images

struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks", abstract: "The tasks that can be named, and where others come from.",
    subcommands: [List.self, Show.self, Check.self, DrawnShots.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All tasks with their classes.")

    func run() {
      let tasks = CommandLineApp.tasks
      print(
        TextColumns.text(
          [["task", "classes", "names"]]
            + tasks.listing.map { entry in
              let more = entry.classCount > entry.firstClassNames.count ? ", …" : ""
              return [entry.name, "\(entry.classCount)", entry.firstClassNames.joined(separator: ", ") + more]
            }))
      print("")
      print(TextColumns.text([["source", ""]] + tasks.sources.map { ["\($0.prefix):\($0.argument)", $0.summary] }))
    }
  }

  struct Show: SettledCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Draw a contact sheet of a task: one image and name for each class.")

    @Argument(help: "A task, such as world:shapes@sketch.")
    var task: String
    @Option(help: "The PNG file to write.")
    var out: String?
    @Option(parsing: .unconditional, help: "The seed of the images (default: 1).", transform: Setting.seed)
    var seed: Setting<UInt64>?
    @OptionGroup var data: DataOptions
    @OptionGroup var configuration: ConfigurationOption

    func run(_ settings: inout Settings) throws {
      let out = settings.required("out", out, example: "sheet.png")
      try settings.check()
      guard let out else { fatalError("checked above") }
      let task = try CommandLineApp.tasks.task(named: task)
      let images = try task.trainingSet(.perClass(1), seed: seed?.value ?? 1)
      let shown = min(images.count, 96)
      let cells = try (0..<shown).map { index in
        ContactSheet.Cell(
          image: try images.image(at: index), caption: task.classNames[images.labels[index]])
      }
      let title = shown < images.count ? "\(task.name) (\(shown) of \(images.count) classes)" : task.name
      let columns = min(12, max(4, Int(Double(shown).squareRoot().rounded(.up))))
      try ContactSheet(title: title, cells: cells, columns: columns, scale: cells[0].image.width < 100 ? 3 : 1)
        .write(to: out)
      print("\(out): \(shown) classes of \(task.name)".printable)
    }
  }
}
