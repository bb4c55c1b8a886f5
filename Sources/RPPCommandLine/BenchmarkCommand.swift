import ArgumentParser
import Basics
import CLIPModel
import Experiments
import Foundation
import PromptLearning
import Training

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "How long a training step takes.",
    discussion: """
      Forward, cross entropy with labels, backward into the prompts, and their update. Class names are drawn as token ids, \
      1 to 4 each, and pictures are noise: only the work counts. Image features are computed before the steps where the \
      structure lets them be, unless --no-cache is given. RPP_NUM_THREADS sets the threads (default: all cores).
      """)

  @Option(help: "Where prompts go (see rpp plugins).")
  var structure = "coop"
  @Option(
    help: "random:ViT-B-16 (CLIP's sizes, random weights), random:ViT-B-32, random:ViT-L-14, or any other.")
  var backbone = "random:ViT-B-16"
  @Option(parsing: .unconditional, help: "How many classes.")
  var classes = 100
  @Option(parsing: .unconditional, help: "Images in a step.")
  var batch = 32
  @Option(parsing: .unconditional, help: "Steps to measure, after one that is not counted.")
  var steps = 5
  @Option(parsing: .unconditional, help: "Gigabytes that each encoder keeps for the backward pass (see train).")
  var activationMemory = RunConfiguration.standardActivationMemory
  @Flag(help: "Run the image encoder in every step.")
  var noCache = false
  @Flag(help: "One JSON object on standard output.")
  var json = false

  func validate() throws {
    var mistakes = [("classes", classes), ("batch", batch), ("steps", steps)].filter { !(1...1_000_000).contains($0.1) }
      .map {
        "--\($0.0) is a whole number from 1 to 1000000, not \($0.1)"
      }
    if let mistake = RunConfiguration.activationMemoryLimit.mistake("--activation-memory", activationMemory) {
      mistakes.append(mistake)
    }
    if !mistakes.isEmpty { throw Failure.usage(mistakes.joined(separator: "\n")) }
  }

  func run() throws {
    let prompts = try CommandLineApp.registry.structure(structure)
    let benchmark = try StepBenchmark(
      prompts, supervision: try CommandLineApp.registry.supervision("hard-label"),
      backbone: try Backbone(named: backbone), classes: classes,
      batchSize: batch, usesCache: !noCache, activationLimit: Int(activationMemory * 1e9))
    if let shortage = try benchmark.predictedMemory().shortage(available: AvailableMemory.bytes()) {
      Terminal.line("\(shortage); give a smaller --batch, fewer --classes or less --activation-memory")
    }
    let bar = ProgressBar("benchmark")
    defer { bar.finish() }
    let result = try benchmark.run(steps: steps) { if $0 > 0 { bar.show($0, of: steps, "") } }
    bar.finish()
    if json { return print(try JSONOutput.text(result)) }
    let rate = result.peakOperationsPerSecond * result.shareOfPeak
    print(
      """
      \(structure) on \(backbone), \(classes) classes, batch \(batch), \(result.threads) threads, \(result.kernels) kernels
        step     \(Self.duration(result.medianStepSeconds)) (median of \(steps)), \
      \(result.imagesPerSecond.formatted(digits: 1)) images/s
        images   \(result.encodesImages ? "encoded in every step" : "features computed before the steps")
        work     \((result.floatingPointOperations * 1e-9).formatted(digits: 1)) GFLOP needed for a step, done at \
      \((rate * 1e-9).formatted(digits: 0)) GFLOP/s: \((result.shareOfPeak * 100).formatted(digits: 1)) % of a 2048³ matrix \
      product's \((result.peakOperationsPerSecond * 1e-9).formatted(digits: 0))
        memory   \(ByteCount.text(result.peakResidentBytes)) at the peak, weights included
      """)
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 1
      ? "\((seconds * 1000).formatted(digits: seconds < 0.1 ? 2 : 0)) ms" : "\(seconds.formatted(digits: 2)) s"
  }
}
