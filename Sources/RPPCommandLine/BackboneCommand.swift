import ArgumentParser
import BackboneTraining
import Basics
import CLIPModel
import Datasets
import EmbeddedWorld
import Foundation
import Optimization
import PromptLearning
import Training

struct BackboneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backbone", abstract: "Look at a backbone, test it zero-shot, or train an embedded one.",
    subcommands: [Info.self, ZeroShotCommand.self, Train.self])

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Sizes, tokenizer, preprocessing and card of a backbone.")

    @Argument(help: "embedded:student, embedded:teacher, random:ViT-B-16 …, or a path.")
    var backbone: String
    @OptionGroup var json: JSONOption

    func run() throws {
      let summary = BackboneSummary(try Backbone(named: backbone))
      print(json.json ? try JSONOutput.text(summary) : summary.description)
    }
  }

  struct ZeroShotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "zero-shot", abstract: "Zero-shot accuracy on tasks, with the plain template and the domain's own.")

    @Argument(help: "embedded:student, embedded:teacher, or a path.")
    var backbone = "embedded:student"
    @Option(help: "Tasks separated by commas; all of the embedded world's if not given.", transform: Setting.tasks)
    var tasks: Setting<[String]>?
    @OptionGroup var data: DataOptions
    @OptionGroup var cache: CacheOptions
    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
      let results = cache.results()
      let backbone = try Backbone(named: backbone)
      let names = tasks?.value ?? WorldSource().listing.map(\.name)
      var lines = [["task", "classes", "chance", "plain template", "domain's template"]]
      for task in try names.map(CommandLineApp.tasks.task(named:)) {
        let plain = try task.evaluateZeroShot(on: backbone, frozen: results).accuracy
        let domain = try task.domainTemplate.map {
          try task.evaluateZeroShot(on: backbone, templates: $0, frozen: results).accuracy
        }
        lines.append([
          task.name, "\(task.classNames.count)", RunReport.percent(1 / Double(task.classNames.count)),
          RunReport.percent(plain), domain.map(RunReport.percent) ?? "",
        ])
      }
      CacheOptions.report(results)
      print(TextColumns.text(lines))
    }
  }

  struct Train: SettledCommand {
    static let configuration = CommandConfiguration(
      commandName: "train", abstract: "Train an embedded backbone from scratch on captions of the embedded world.",
      discussion: """
        Writes NAME.safetensors (half precision), NAME.merges.txt and the card NAME.json into the folder, and \
        NAME.checkpoint.safetensors while it runs. The same command goes on where it was stopped.
        """)

    @Option(
      help: "The recipe: student or teacher.",
      transform: Setting.attempting { name in
        if BackboneRecipe.presets[name] != nil { return name }
        throw Failure.usage(Spelling.unknown("preset", name, known: BackboneRecipe.presets.keys.sorted()))
      })
    var preset: Setting<String>?
    @Option(
      parsing: .unconditional, help: "The seed of weights, pictures and captions (default: 1).", transform: Setting.seed
    )
    var seed: Setting<UInt64>?
    @Option(
      parsing: .unconditional, help: "Steps instead of the recipe's.",
      transform: Setting.number(Limit(1...Int.max, "a whole number from 1")))
    var steps: Setting<Int>?
    @Option(help: "The folder to write into.")
    var out: String?
    @OptionGroup var configuration: ConfigurationOption

    func run(_ settings: inout Settings) throws {
      if preset == nil { _ = settings.required("preset", nil, example: "student") }
      let out = settings.required("out", out, example: "backbones")
      try settings.check()
      guard let preset = preset?.value, let out else { fatalError("checked above") }
      let (seed, steps) = (seed?.value ?? 1, steps?.value)
      var recipe = BackboneRecipe.presets[preset]!
      recipe.seed = seed
      recipe.steps = steps ?? recipe.steps
      let run = try BackboneRun(recipe, name: preset, in: out)
      let bar = ProgressBar("training \(preset)")
      let finished = try Interruption.watching {
        defer { bar.finish() }
        return try run.train(shouldStop: { Interruption.isRequested }, note: Terminal.line) { step, loss in
          bar.show(step, of: recipe.steps, "loss \(Double(loss).formatted(digits: 3))")
        }
      }
      guard let finished else { throw Trainer.Interrupted(isResumable: true) }
      let command = "rpp backbone train --preset \(preset) --seed \(seed)" + (steps.map { " --steps \($0)" } ?? "")
      let draft = try Backbone(
        name: preset, weights: finished.trainer.weights, tokenizer: finished.trainer.tokenizer,
        preprocessing: finished.trainer.preprocessing)
      var accuracies: [String: Double] = [:]
      for task in WorldTask.all.map(WorldClassification.init) {
        accuracies[task.name] = try task.evaluateZeroShot(on: draft).accuracy
      }
      let card = BackboneCard(
        summary: "A plain CLIP vision transformer trained from scratch on captions of RPP's embedded world.",
        command: command, seed: seed, trainingSeconds: finished.seconds, machine: finished.machine,
        steps: recipe.steps, lossInterval: BackboneTrainer.lossInterval, losses: finished.trainer.losses,
        zeroShotAccuracy: accuracies,
        promptRecipe: .init(optimizer: "adamw", learningRate: 0.01, batchSize: 32, epochs: 60))
      try Backbone.write(
        weights: draft.weights, preprocessing: draft.preprocessing, merges: run.merges, card: card, to: out,
        name: preset)
      print("\(out)/\(preset).safetensors: trained in \(ProgressBar.duration(finished.seconds))".printable)
    }
  }
}
