import ArgumentParser
import Basics
import CLIPModel
import Experiments
import FeatureStore
import Foundation
import PromptLearning

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "A first look: prompt structures and supervisions compared on the embedded world.",
    discussion: """
      Learns prompts from the base classes (the first half) of two tasks whose images the backbone hardly knows, and tests them \
      on base and new classes, for three seeds; then learns them on a large class set, and tests them there and on other tasks, \
      for one seed. Each comparison has a folder with a report; the same command goes on with it after a stop.
      """)

  @Flag(help: "More structures, tasks and seeds, and the whole pretraining study: an hour or more.")
  var full = false
  @Option(help: "The folder of the comparisons (default: studies/demo, or studies/demo-full).")
  var out: String?
  @OptionGroup var cache: CacheOptions
  @OptionGroup var configuration: ConfigurationOption

  func run() throws {
    let folder = out ?? (full ? "studies/demo-full" : "studies/demo")
    let frozen = cache.results()
    let backbone = try Backbone(named: "embedded:student")
    let demo = full ? Demo.full : Demo.small
    func run(_ studyProtocol: any StudyProtocol, _ grids: [Grid], in name: String) throws {
      let study = try Study(
        studyProtocol, grids, backbone: backbone, registry: CommandLineApp.studies, frozen: frozen)
      try StudyRun(study, in: "\(folder)/\(name)", command: Terminal.commandLine).run()
    }
    Terminal.line("1 of 3: a first structure on a first task")
    try run(BaseToNew(), [demo.first], in: "base-to-new")
    Terminal.line("2 of 3: structures and supervisions, from base to new classes")
    try run(BaseToNew(), [demo.first] + demo.baseToNew, in: "base-to-new")
    Terminal.line("3 of 3: pretraining on a large class set, and transfer")
    try run(Pretraining(), demo.pretraining, in: "pretraining")
  }
}

/// The lists of the demo's comparisons.
private struct Demo {
  /// What gives a first table soon.
  let first: Grid
  let baseToNew: [Grid]
  let pretraining: [Grid]

  private static let hard = "hard-label"
  private static let soft = "hard-label+soft-label-kd:weight=1,teacher=embedded:teacher,template=domain"
  private static let coop = "coop:contextLength=4,initialization=warm"
  private static let sapl = "sapl:initialization=warm"
  private static let maple = "maple:initialization=warm"

  static let small = Demo(
    first: Grid(
      tasks: ["world:shapes@sketch"], structures: [coop], supervisions: [hard], shots: [16], seeds: [1, 2, 3]),
    baseToNew: [
      Grid(
        tasks: ["world:shapes@sketch", "world:shapes@blurry"], structures: [coop, maple, sapl],
        supervisions: [hard, soft], shots: [16], seeds: [1, 2, 3])
    ],
    // Structure and supervision change one at a time.
    pretraining: [([coop, sapl], hard), ([sapl], soft)].map { structures, supervision in
      Grid(
        tasks: ["world:colored-shapes@blurry", "world:shapes@sketch"], source: "world:large@blurry",
        structures: structures, supervisions: [supervision], shots: [8], seeds: [1], epochs: [4])
    })

  static let full = Demo(
    first: small.first,
    baseToNew: [
      Grid(
        tasks: [
          "world:shapes@sketch", "world:shapes@faint", "world:shapes@blurry", "world:colored-shapes@faint",
          "world:textured-shapes@blurry",
        ],
        structures: [coop, "vpt:initialization=warm", "ivlp:initialization=warm", maple, sapl],
        supervisions: [hard, soft], shots: [16], seeds: [1, 2, 3, 4, 5])
    ],
    pretraining: [
      Grid(
        tasks: ["world:colored-shapes@blurry", "world:shapes@sketch", "world:textured-shapes@faint"],
        source: "world:large@blurry", structures: [coop, "ivlp:initialization=warm", sapl], supervisions: [hard, soft],
        shots: [4, 8, 16], seeds: [1, 2, 3], epochs: [2, 5, 10], fewShots: [1, 4])
    ])
}
