import ArgumentParser
import Basics
import CLIPModel
import Datasets
import Experiments
import Foundation
import PromptLearning
import Training

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "How long a training step takes, or the decoding of images.",
    discussion: """
      Forward, cross entropy with labels, backward into the prompts, and their update. Class names are drawn as token ids, \
      1 to 4 each, and pictures are noise: only the work counts. Image features are computed before the steps where the \
      structure lets them be, unless --no-cache is given. CoOp on random:ViT-B-16 (CLIP's \
      sizes, random weights) is measured unless others are given. With --images, it is passes over image files: decoded, and \
      prepared for the backbone. RPP_NUM_THREADS sets the threads (default: all cores).
      """)

  @OptionGroup var structure: StructureOption
  @OptionGroup var backbone: BackboneOption
  @Option(parsing: .unconditional, help: "How many classes (default: 100).", transform: Setting.number(Self.limit))
  var classes: Setting<Int>?
  @Option(
    parsing: .unconditional,
    help: "Classes that a step sees beside those of its images, drawn anew for each, or all (default: all).",
    transform: Setting.sampledClasses)
  var sampledClasses: Setting<Int?>?
  @Option(parsing: .unconditional, help: "Images in a step (default: 32).", transform: Setting.number(Self.limit))
  var batch: Setting<Int>?
  @Option(
    parsing: .unconditional, help: "Steps to measure, after one that is not counted (default: 5).",
    transform: Setting.number(Self.limit))
  var steps: Setting<Int>?
  @OptionGroup var activationMemory: ActivationMemoryOption
  @Flag(help: "Run the image encoder in every step.")
  var noCache = false
  @Option(
    parsing: .upToNextOption,
    help: "Image files, and directories of which all images below are taken, to measure decoding instead of steps.")
  var images: [String] = []
  @OptionGroup var json: JSONOption
  @OptionGroup var configuration: ConfigurationOption

  private static let limit = RunConfiguration.countLimit

  func run() throws {
    let registry = CommandLineApp.registry
    let prompts = try structure.structure?.value ?? registry.structure("coop")
    let backbone = backbone.backbone ?? "random:ViT-B-16"
    let (classes, batch, steps) = (classes?.value ?? 100, batch?.value ?? 32, steps?.value ?? 5)
    guard images.isEmpty else {
      return try decode(try ImageFiles.paths(images), for: try Backbone(named: backbone), passes: steps)
    }
    let memory = activationMemory.activationMemory?.value ?? RunConfiguration.standardActivationMemory
    let benchmark = try StepBenchmark(
      prompts, supervision: try registry.supervision("hard-label"), backbone: try Backbone(named: backbone),
      classes: classes, sampledClasses: sampledClasses?.value ?? nil, batchSize: batch, usesCache: !noCache,
      activationLimit: Int(memory * 1e9))
    if let shortage = try benchmark.predictedMemory().shortage(available: AvailableMemory.bytes()) {
      Terminal.line("\(shortage); give a smaller --batch, fewer --classes or less --activation-memory")
    }
    let bar = ProgressBar("benchmark")
    defer { bar.finish() }
    let result = try benchmark.run(steps: steps) { if $0 > 0 { bar.show($0, of: steps, "") } }
    bar.finish()
    if json.json { return print(try JSONOutput.text(result)) }
    let sampled = result.sampledClasses.map { " (\($0) and the batch's own in a step)" } ?? ""
    let rate = result.peakOperationsPerSecond * result.shareOfPeak
    print(
      """
      \(structure.structure?.text ?? "coop") on \(backbone), \(classes) classes\(sampled), batch \(batch), \(result.threads) threads, \(result.kernels) kernels
        step     \(Self.duration(result.medianStepSeconds)) (median of \(steps)), \
      \(result.imagesPerSecond.formatted(digits: 1)) images/s
        images   \(result.encodesImages ? "encoded in every step" : "features computed before the steps")
        work     \((result.floatingPointOperations * 1e-9).formatted(digits: 1)) GFLOP needed for a step, done at \
      \((rate * 1e-9).formatted(digits: 0)) GFLOP/s: \((result.shareOfPeak * 100).formatted(digits: 1)) % of a 2048³ matrix \
      product's \((result.peakOperationsPerSecond * 1e-9).formatted(digits: 0))
        memory   \(ByteCount.text(result.peakResidentBytes)) at the peak, weights included
      """)
  }

  private func decode(_ files: [String], for backbone: Backbone, passes: Int) throws {
    let bar = ProgressBar("decoding")
    defer { bar.finish() }
    let result = try ImageBenchmark(files: files, preprocessing: backbone.preprocessing).run(passes: passes) {
      bar.show($0, of: passes, "")
    }
    bar.finish()
    if json.json { return print(try JSONOutput.text(result)) }
    print(
      "\(result.images) images to \(result.size) × \(result.size) pixels, \(result.threads) threads: "
        + "\(result.imagesPerSecond.formatted(digits: 0)) images/s (median of \(passes))")
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 1
      ? "\((seconds * 1000).formatted(digits: seconds < 0.1 ? 2 : 0)) ms" : "\(seconds.formatted(digits: 2)) s"
  }
}
