import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Experiments
import Foundation
import PromptLearning
import Statistics
import Training
import FeatureStore

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "A first look: what a learned prompt gains over zero-shot, on the embedded world.",
    discussion: """
      Learns a CoOp prompt from 16 images of each base class (the first half), and tests it on base classes and on new \
      ones (the second half), for three seeds. The row "knows the domain" is zero-shot with a template that a person who \
      knows the pictures would write; learning is to find out as much from images.
      """)

  @Option(
    help: "Tasks, separated by commas (default: \(Self.standardTasks.joined(separator: ","))).",
    transform: Setting.tasks)
  var tasks: Setting<[String]>?
  @Option(
    parsing: .unconditional, help: "How many seeds (default: 3).",
    transform: Setting.number(Limit(1...1000, "a whole number from 1 to 1000")))
  var seeds: Setting<Int>?
  @OptionGroup var cache: CacheOptions
  @OptionGroup var configuration: ConfigurationOption

  private static let standardTasks = ["world:shapes@sketch", "world:colored-shapes@faint"]

  func run() throws {
    let (taskNames, seeds) = (tasks?.value ?? Self.standardTasks, seeds?.value ?? 3)
    let backbone = try Backbone(named: "embedded:student")
    let start = Date()
    let results = cache.results()
    var lines: [[String]] = [["task", "prompt", "base classes", "new classes", "time"]]
    for name in taskNames {
      lines += try rows(try CommandLineApp.tasks.task(named: name), on: backbone, seeds: seeds, results)
    }
    CacheOptions.report(results)
    print("")
    print(TextColumns.text(lines))
    print(
      """

      Test accuracy in %; ± is the standard deviation over \(seeds) seeds (other shots, initial prompts and order). \
      \(ProgressBar.duration(Date().timeIntervalSince(start))) in all.
      Next: \(Terminal.program) train --task \(taskNames[0]) --structure coop:contextLength=4 --classes base --out runs/first
      """)
  }

  private func rows(
    _ task: any ClassificationTask, on backbone: Backbone, seeds: Int, _ results: FrozenResults
  ) throws -> [[String]] {
    func zeroShot(_ template: String, _ what: String) throws -> [String] {
      let accuracies = try [ClassSelection.base, .new].map {
        percent(try task.evaluateZeroShot(on: backbone, $0, templates: template, frozen: results).accuracy)
      }
      return ["\(what) \"\(template)\""] + accuracies + [""]
    }
    var rows = [[task.name] + (try zeroShot(task.template, "zero-shot"))]
    if let template = task.domainTemplate { rows.append([""] + (try zeroShot(template, "knows the domain"))) }
    let registry = CommandLineApp.registry
    let structure = try registry.structure("coop:contextLength=4")
    let supervision = try registry.supervision("hard-label")
    let outcomes = try Interruption.watching {
      let bar = ProgressBar(task.name)
      defer { bar.finish() }
      return try (1...seeds).map { seed in
        let outcome = try Run(
          task: task, backbone: backbone, structure: structure, supervision: supervision, classes: .base,
          shots: .perClass(16),
          seed: UInt64(seed), validateEvery: 0, frozen: results
        ).train(observer: RunObserver(shouldStop: { Interruption.isRequested }))
        let seconds = outcome.timing?.seconds ?? 0
        bar.show(
          seed, of: seeds,
          "seed \(seed): base \(percent(outcome.result.test.accuracy)) %, \(seconds.formatted(digits: 1)) s")
        return outcome
      }
    }
    let seconds = Spread(outcomes.compactMap(\.timing?.seconds)).mean
    rows.append([
      "", "CoOp, 4 vectors, 16 shots", spread(outcomes.map(\.result.test.accuracy)),
      spread(outcomes.compactMap { $0.result[.new]?.prompt.accuracy }), "\(seconds.formatted(digits: 1)) s a run",
    ])
    return rows
  }

  private func percent(_ share: Double) -> String { (share * 100).formatted(digits: 1) }

  private func spread(_ shares: [Double]) -> String {
    let spread = Spread(shares.map { $0 * 100 })
    return "\(spread.mean.formatted(digits: 1)) ± \(spread.deviation.formatted(digits: 1))"
  }
}
