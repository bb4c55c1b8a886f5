import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Experiments
import FeatureStore
import Foundation
import PromptLearning
import Training

struct CompareCommand: SettledCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "compare", abstract: "Compare prompt structures and supervisions head to head.",
      discussion: """
        Runs every structure under every supervision on every task with every number of shots and every seed, all on the same \
        images in the same order, and writes a report with paired statistics. Stopped at any point, the same command goes on; more \
        tasks, structures, supervisions, shots or seeds with the same --out run what is new; several processes on one --out share \
        the work.

        The backbone is embedded:student unless another is given.

          \(Terminal.program) compare --protocol base-to-new --tasks world:shapes@sketch,world:colored-shapes@faint \\
            --structures coop:contextLength=4,maple,sapl:initialization=warm --seeds 1-3 --out studies/first

        Protocols:
        \(CommandLineApp.protocols.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
        """)
  }

  @Option(
    help: "What is learned and tested (default: base-to-new).",
    transform: Setting.attempting { try CommandLineApp.studies.studyProtocol(named: $0) })
  var `protocol`: Setting<any StudyProtocol>?
  @Option(help: "Tasks, separated by commas.", transform: Setting.tasks)
  var tasks: Setting<[String]>?
  @Option(help: "The task to learn on, for protocols that test on others: \(CompareCommand.takers(of: .source)).")
  var source: String?
  @Option(help: "Structures with their options, separated by commas.", transform: Setting.structures)
  var structures: Setting<[String]>?
  @Option(
    help: "Supervisions, separated by commas; terms of one are joined by + (default: hard-label).",
    transform: Setting.supervisions)
  var supervisions: Setting<[String]>?
  @Option(
    parsing: .unconditional, help: "Training images of each class: numbers, or all, separated by commas (default: 16).",
    transform: Setting.attempting(SettingCounts.readShots))
  var shots: Setting<[Int?]>?
  @Option(parsing: .unconditional, help: "Seeds, as 1-5 or 1,2,7 (default: 1-3).", transform: Setting.numbers)
  var seeds: Setting<[UInt64]>?
  @Option(
    parsing: .unconditional, help: "Passes over the training images, separated by commas (default: the recipe's).",
    transform: Setting.attempting(SettingCounts.read))
  var epochs: Setting<[Int]>?
  @Option(
    parsing: .unconditional,
    help: """
      Classes that a step sees beside those of its images, or all, separated by commas (default: all): what is lost by sampling is \
      shown beside what is gained in time.
      """,
    transform: Setting.sampledClasses)
  var sampledClasses: Setting<[Int?]>?
  @Option(
    parsing: .unconditional,
    help: """
      For \(CompareCommand.takers(of: .fewShots)): images of each class of the few-shot learning that starts from the pretrained prompt.
      """,
    transform: Setting.attempting(SettingCounts.read))
  var fewShots: Setting<[Int]>?
  @Option(
    help: """
      Baselines on the same training images, separated by commas: \
      \(CommandLineApp.baselines.map(\.name).joined(separator: ", ")) (default: none).
      """, transform: Setting.baselines)
  var baselines: Setting<[String]>?
  @Flag(
    help: """
      Beside each structure that learns something unshared, as sapl, the same with all shared and the nearest number of learned \
      parameters.
      """)
  var equalParameters = false
  @Option(
    parsing: .unconditional,
    help: """
      Learning rates to try for each structure, supervision and task, with the first seed; the most accurate on validation images \
      is taken for all seeds. They are spread by equal factors from a tenth to ten times the recipe's: an odd number includes the \
      recipe's own, 1 is that alone, and with 0 nothing is searched (default: 0).
      """,
    transform: Setting.number(Study.tuneLimit))
  var tune: Setting<Int>?
  @OptionGroup var data: DataOptions
  @OptionGroup var backbone: BackboneOption
  @OptionGroup var precision: PrecisionOption
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var activationMemory: ActivationMemoryOption
  @Option(help: "The folder of the comparison.")
  var out: String?
  @OptionGroup var configuration: ConfigurationOption
  @OptionGroup var cache: CacheOptions

  private static func takers(of part: GridPart) -> String {
    CommandLineApp.protocols.filter { $0.takes.contains(part) }.map { $0.name }.joined(separator: ", ")
  }

  func run(_ settings: inout Settings) throws {
    let folder = settings.required("out", out, example: "studies/first")
    if tasks == nil {
      _ = settings.required("tasks", nil, example: "world:shapes@sketch,world:colored-shapes@faint")
    }
    if structures == nil {
      _ = settings.required("structures", nil, example: "coop:contextLength=4,sapl:initialization=warm")
    }
    let studyProtocol = self.protocol?.known ?? BaseToNew()
    for (part, isGiven) in [(GridPart.source, source != nil), (.fewShots, fewShots != nil)] where isGiven {
      _ = try settings.attempt(part.rawValue) { try CommandLineApp.studies.require(part, of: studyProtocol) }
    }
    let name = backbone.backbone ?? "embedded:student"
    let backbone = try settings.attempt("backbone") { try Backbone(named: name) }
    // Files that cannot be read are no mistake of the command: they come after those that are.
    try settings.check()
    for (option, names) in [("tasks", tasks?.known ?? []), ("source", source.map { [$0] } ?? [])] {
      for name in names { _ = try settings.attempt(option) { try CommandLineApp.tasks.task(named: name) } }
    }
    try settings.check()
    guard let folder, let tasks = tasks?.value, let structures = structures?.value, let backbone else {
      fatalError("checked above")
    }
    let grid = Grid(
      tasks: tasks, source: source, structures: structures, supervisions: supervisions?.value ?? ["hard-label"],
      shots: shots?.value ?? [16], seeds: seeds?.value ?? [1, 2, 3], epochs: epochs?.value ?? [nil],
      sampledClasses: sampledClasses?.value ?? [nil], fewShots: fewShots?.value ?? [],
      baselines: baselines?.value ?? [],
      addsEqualParameters: equalParameters)
    let study = try Study(
      studyProtocol, [grid], backbone: precision.resolve(backbone), recipe: recipe.choice,
      activationMemory: activationMemory.activationMemory?.value, tune: tune?.value ?? 0,
      registry: CommandLineApp.studies, frozen: cache.results())
    try StudyRun(study, in: folder, command: Terminal.commandLine).run()
  }
}
