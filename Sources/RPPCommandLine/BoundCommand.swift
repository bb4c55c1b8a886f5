import ArgumentParser
import Basics
import BoundAnalysis
import CLIPModel
import Datasets
import Experiments
import FeatureStore
import Foundation
import PromptBounds
import PromptLearning
import Reports
import Synchronization
import Training

struct BoundCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "bound", abstract: "Empirical bound curves: what Theorem 1 says as the distillation weight λ varies.",
    discussion: """
      Trains Θ*(λ), the prompts of hard-label + λ · soft-label-kd, on many independently drawn training sets, estimates every \
      quantity of the theorem with its uncertainty, and writes a report. Stopped at any point, the same command goes on; more \
      structures, sizes, draws or sign pairs with the same --out, or --pac-bayes, do what is new; several processes on one --out share the work.

        \(Terminal.program) bound --structure coop:contextLength=4 --task world:shapes@blurry --out bounds/first
      """)

  @Option(
    help: "Structures with their options, separated by commas; may be given several times.",
    transform: Setting.structures)
  var structure: [Setting<[String]>] = []
  @OptionGroup var task: TaskOption
  @OptionGroup var data: DataOptions
  @Option(
    help: "Which classes are learned: all (default), or base, which shows accuracy on the new ones too.",
    transform: Setting.choice)
  var classes: Setting<ClassSelection>?
  @OptionGroup var backbone: BackboneOption
  @Option(help: "The teacher's backbone (default: the student's own).")
  var teacher: String?
  @Option(
    help: "The teacher's templates, separated by |; domain for that of the images' style (default: the task's own).")
  var teacherTemplate: String?
  @Option(
    parsing: .unconditional, help: "τ of the distillation term (default: 1).",
    transform: Setting.reading("a number from 0.01 to 1000") {
      Double($0).flatMap { (0.01...1000).contains($0) ? $0 : nil }
    })
  var temperature: Setting<Double>?
  @Option(
    parsing: .unconditional,
    help: "λ, ascending, separated by commas, the last one inf (default: \(Self.standardWeights)).",
    transform: Setting.attempting { try DistillationWeight.list($0) })
  var lambdas: Setting<[DistillationWeight]>?
  @Option(
    parsing: .unconditional, help: "N, the numbers of training images in all, ascending (default: 24,96).",
    transform: Setting.attempting(SettingCounts.read))
  var sizes: Setting<[Int]>?
  @Option(
    parsing: .unconditional, help: "K, independent training sets of each size (default: 64).",
    transform: Setting.number(Self.count))
  var draws: Setting<Int>?
  @Option(
    parsing: .unconditional, help: "More of them, which fix the set H_λ (default: 10).",
    transform: Setting.number(Self.count))
  var pilots: Setting<Int>?
  @Option(
    parsing: .unconditional, help: "δ: the bound is to hold with probability 1 − δ (default: 0.05).",
    transform: Setting.reading("a number between 0 and 1") { Double($0).flatMap { $0 > 0 && $0 < 1 ? $0 : nil } })
  var delta: Setting<Double>?
  @Option(parsing: .unconditional, help: "The seed of everything random (default: 1).", transform: Setting.seed)
  var seed: Setting<UInt64>?
  @Option(
    parsing: .unconditional,
    help:
      "How often the objective is computed for each Θ*, which is part of its definition (default: 200; 100 for structures that prompt the image encoder).",
    transform: Setting.number(Self.count))
  var budget: Setting<Int>?
  @Flag(help: "Also from λ = 0 upwards, from the structure's start, and the better Θ* kept.")
  var bothWays = false
  @Flag(help: "The same number of training images of every class, where the theorem has independent images.")
  var equalShares = false
  @Option(
    parsing: .unconditional,
    help:
      "Antithetic pairs of sign vectors, each with a training set, for the Rademacher estimate of B; 0 for none (default: 10).",
    transform: Setting.number(Self.countFromZero))
  var signPairs: Setting<Int>?
  @Option(
    parsing: .unconditional, help: "Ascents that each maximum of the Rademacher estimate is searched by (default: 3).",
    transform: Setting.number(Self.count))
  var restarts: Setting<Int>?
  @Option(
    parsing: .unconditional,
    help:
      "Random prompts around each Θ*, for a PAC-Bayes bound on the 0–1 error, which knows nothing of λ; 0 for none (default: 0).",
    transform: Setting.number(Self.countFromZero))
  var pacBayes: Setting<Int>?
  @Option(
    parsing: .unconditional,
    help: "Other budgets whose influence is measured at the smallest size (default: 50,1000; 0 for none).",
    transform: Setting.numbers)
  var otherBudgets: Setting<[UInt64]>?
  @Option(
    parsing: .unconditional,
    help:
      "Images of the held-out pool, where images are drawn afresh; else the task's test images are the pool (default: 2000).",
    transform: Setting.number(Self.count))
  var heldOut: Setting<Int>?
  @Flag(
    help:
      "Train as the field does: mini-batches by each structure's recipe, or the one given here, instead of full-batch L-BFGS."
  )
  var byRecipe = false
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var sampledClasses: SampledClassesOption
  @Option(
    help:
      "The inequality that is checked: \(BoundForms.all.map { type(of: $0).name }.joined(separator: ", ")) (default: the first).",
    transform: Setting.attempting { try BoundForms.named($0) })
  var form: Setting<any BoundForm>?
  @Option(help: "The folder of the sweep.")
  var out: String?
  @OptionGroup var configuration: ConfigurationOption
  @OptionGroup var cache: CacheOptions

  static let standardWeights = "0,0.03,0.1,0.3,1,3,10,30,100,300,1000,inf"
  private static let count = Limit(1...100_000, "a whole number from 1 to 100000")
  private static let countFromZero = Limit(0...100_000, "a whole number from 0 to 100000")

  func run(_ settings: inout Settings) throws {
    let folder = settings.required("out", out, example: "bounds/first")
    if structure.isEmpty { _ = settings.required("structure", nil, example: "coop:contextLength=4") }
    if task.task == nil { _ = settings.required("task", nil, example: "world:shapes@blurry") }
    let task = try task.resolve(&settings)
    let name = backbone.backbone ?? "embedded:student"
    let backbone = try settings.attempt("backbone") { try Backbone(named: name) }
    if recipe.isGiven || sampledClasses.sampledClasses != nil, !byRecipe {
      settings.mistake("a recipe is given, but Θ* is trained by full-batch L-BFGS; give --by-recipe as well")
    }
    try settings.check()
    guard let folder, let task, let backbone else { fatalError("checked above") }
    let structures = try structure.flatMap(\.value).map { try CommandLineApp.registry.structure($0) }
    let temperature = temperature?.value ?? 1
    let distillation = PluginSpecification(
      name: "soft-label-kd",
      options: [
        ("temperature", "\(temperature)"), ("teacher", teacher ?? ""), ("template", teacherTemplate ?? ""),
      ])
    let registry = CommandLineApp.registry
    let objective = try DistilledObjective(
      labels: registry.supervision("hard-label").terms[0].term,
      distillation: registry.supervision(distillation.text).terms[0].term, temperature: temperature)
    let sweep = try PromptSweep(
      structures, task: task, objective: objective, classes: classes?.value ?? .all, backbone: backbone,
      minimiser: byRecipe ? .recipe(recipeChoice) : .quasiNewton, setting: try boundSetting(),
      usesBudget: budget != nil,
      heldOutCount: heldOut?.value ?? 2000, hasEqualShares: equalShares, frozen: cache.results())
    let bar = Mutex(ProgressBar("sweeping"))
    let results = try Interruption.watching {
      defer { bar.withLock { $0.finish() } }
      do {
        return try sweep.run(
          in: folder,
          observer: SweepObserver(
            shouldStop: { Interruption.isRequested }, note: { Terminal.line($0) },
            progress: { progress in bar.withLock { $0.show(share: progress.share, progress.detail) } }))
      } catch is SweepInterrupted {
        throw Trainer.Interrupted(isResumable: true)
      }
    }
    try Self.report(results, form: form?.value ?? AdditiveForm(), in: folder)
  }

  /// Writes the report of results into a folder, and prints its tables and verdicts.
  static func report(_ results: BoundResults, form: any BoundForm = AdditiveForm(), in folder: String) throws {
    let report = try BoundReport(results, form: form, provenance: Provenance(command: Terminal.commandLine))
    let notes = try report.write(to: folder)
    for table in report.curveLines { print("\(table.title.printable):\n\(TextColumns.text(table.lines))\n") }
    for line in TextColumns.list(report.sentences, most: Self.printedSentences) { print(line) }
    for note in notes { Terminal.line(note) }
    print("\nThe report is \(folder)/report.html; numbers are in draws.csv and curves.csv beside it.")
    fflush(nil)
  }

  /// The first sentences, and the rest by their number: all are on the page.
  private static let printedSentences = 6

  private func boundSetting() throws -> BoundSetting {
    let weights = try lambdas?.value ?? DistillationWeight.list(Self.standardWeights)
    let draws = draws?.value ?? 64
    var setting = BoundSetting(weights: weights, sizes: sizes?.value ?? [24, 96], draws: draws)
    setting.pilots = pilots?.value ?? setting.pilots
    setting.delta = delta?.value ?? setting.delta
    setting.seed = seed?.value ?? setting.seed
    setting.budget = budget?.value ?? setting.budget
    setting.goesBothWays = bothWays
    setting.restarts = restarts?.value ?? setting.restarts
    setting.signPairs = signPairs?.value ?? min(setting.signPairs, draws)
    setting.posteriorSamples = pacBayes.flatMap { $0.value > 0 ? $0.value : nil }
    setting.otherBudgets = (otherBudgets?.value ?? [50, 1000]).compactMap { Int(exactly: $0) }.filter { $0 > 0 }
    // Trained by a recipe, there is no other budget than the recipe's.
    if byRecipe { setting.otherBudgets = [] }
    // At the ends, and where both terms count.
    setting.otherBudgetWeights = weights.filter { [0, 0.1, 1, 10].contains($0.value) || !$0.value.isFinite }
    return setting
  }

  /// The recipe of runs by one.
  private var recipeChoice: RecipeChoice {
    var choice = recipe.choice
    choice.sampledClasses = sampledClasses.count
    return choice
  }
}
