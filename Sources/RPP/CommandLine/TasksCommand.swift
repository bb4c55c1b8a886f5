import ArgumentParser
import Basics
import CLIP
import Datasets
import Foundation
import Images

struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks", abstract: "The tasks of the embedded world.", subcommands: [List.self, Show.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All tasks with their classes.")

    func run() {
      let entries = Tasks.listing
      print(
        TextColumns.text(
          [["task", "classes", "names"]]
            + entries.map { entry in
              let more = entry.classCount > entry.firstClassNames.count ? ", …" : ""
              return [entry.name, "\(entry.classCount)", entry.firstClassNames.joined(separator: ", ") + more]
            }))
      print("folder:PATH  your own images: one folder for each class, or PATH/train and PATH/test")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Draw a contact sheet of a task: one picture and name for each class.")

    @Argument(help: "A task, such as world:shapes@sketch.")
    var task: String
    @Option(help: "The PNG file to write.")
    var out: String
    @Option(help: "The seed of the pictures.")
    var seed: UInt64 = 1

    func run() throws {
      let task = try Tasks.named(task)
      let pictures = try task.trainingSet(shots: 1, seed: seed)
      let shown = min(pictures.count, 96)
      let cells = try (0..<shown).map { index in
        ContactSheet.Cell(
          image: try pictures.image(at: index), caption: task.classNames[pictures.labels[index]])
      }
      let title = shown < pictures.count ? "\(task.name) (\(shown) of \(pictures.count) classes)" : task.name
      let columns = min(12, max(4, Int(Double(shown).squareRoot().rounded(.up))))
      try ContactSheet(title: title, cells: cells, columns: columns, scale: cells[0].image.width < 100 ? 3 : 1)
        .write(to: out)
      print("\(out): \(shown) classes of \(task.name)".printable)
    }
  }
}
