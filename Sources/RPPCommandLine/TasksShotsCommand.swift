import ArgumentParser
import Basics
import Datasets

extension TasksCommand {
  struct DrawnShots: SettledCommand {
    static let configuration = CommandConfiguration(
      commandName: "shots", abstract: "The training images that a seed draws, in the order drawn, one path a line.",
      discussion: """
        Paths are relative to the folder that the task's images lie in. Of a data set (dassl:NAME) they are those that the published \
        code, built on Dassl, draws with the same seed.

          \(Terminal.program) tasks shots dassl:caltech101 --root /data --shots 16 --seed 1
        """)

    @Argument(help: "A task, such as dassl:caltech101.")
    var task: String
    @OptionGroup var trainingImages: TrainingImagesOptions
    @Option(parsing: .unconditional, help: "The seed (default: 1).", transform: Setting.seed)
    var seed: Setting<UInt64>?
    @OptionGroup var classes: ClassesOption
    @Flag(help: "The validation images beside them instead.")
    var validation = false
    @OptionGroup var data: DataRootOption
    @OptionGroup var json: JSONOption
    @OptionGroup var configuration: ConfigurationOption

    func run(_ settings: inout Settings) throws {
      let shots = trainingImages.resolve(&settings)
      try settings.check()
      let task = try CommandLineApp.tasks.task(named: task)
      let (seed, selection) = (seed?.value ?? 1, classes.classes?.value ?? .all)
      let labels = selection.labels(of: task.classNames.count)
      let images: ImageSet
      if validation {
        guard let set = try task.validationSet(shots ?? task.defaultShots, seed: seed) else {
          throw Failure("\(task.name) has no validation images")
        }
        images = set.subset(set.labels.indices.filter { labels.contains(set.labels[$0]) })
      } else {
        images = try task.trainingSet(shots ?? task.defaultShots, labels: labels, seed: seed)
      }
      let prefix = task.imageFolder.map { "\($0)/" } ?? ""
      func path(_ index: Int) -> String {
        let name = images.name(at: index)
        return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
      }
      guard json.json else {
        for index in 0..<images.count { print(path(index).printable) }
        return
      }
      print(
        try JSONOutput.text(
          Output(
            task: task.name, seed: seed, folder: task.imageFolder,
            images: (0..<images.count).map {
              .init(path: path($0), label: images.labels[$0], className: task.classNames[images.labels[$0]])
            })))
    }

    private struct Output: Encodable {
      struct Image: Encodable {
        let path: String
        let label: Int
        let className: String
      }
      let task: String
      let seed: UInt64
      let folder: String?
      let images: [Image]
    }
  }
}
