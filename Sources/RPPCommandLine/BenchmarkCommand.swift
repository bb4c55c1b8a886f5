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
      prepared for the backbone. With --stored-images, steps and an evaluation read random features from mapped files of that many \
      images, which stay in --out for the next time. RPP_NUM_THREADS sets the threads (default: all cores).
      """)

  @OptionGroup var structure: StructureOption
  @OptionGroup var backbone: BackboneOption
  @OptionGroup var precision: PrecisionOption
  @Option(parsing: .unconditional, help: "How many classes (default: 100).", transform: Setting.number(Self.limit))
  var classes: Setting<Int>?
  @OptionGroup var sampledClasses: SampledClassesOption
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
  @Option(
    parsing: .unconditional, help: "Stored features of so many images to learn from, to measure pretraining.",
    transform: Setting.number(Self.imageLimit))
  var storedImages: Setting<Int>?
  @Option(
    parsing: .unconditional, help: "With --stored-images: images to be tested on (default: 50000).",
    transform: Setting.number(Self.imageLimit))
  var testImages: Setting<Int>?
  @Option(help: "With --stored-images: the folder that their features are made in.")
  var out: String?
  @OptionGroup var json: JSONOption
  @OptionGroup var configuration: ConfigurationOption

  private static let limit = RunConfiguration.countLimit
  private static let imageLimit = Limit(1...100_000_000, "a whole number from 1 to 100000000")

  func run() throws { try Ranks.$group.withValue(CommandLineApp.ranks) { try measure() } }

  private func measure() throws {
    let registry = CommandLineApp.registry
    let prompts = try structure.structure?.value ?? registry.structure("coop")
    let backbone = backbone.backbone ?? "random:ViT-B-16"
    let (classes, batch, steps) = (classes?.value ?? 100, batch?.value ?? 32, steps?.value ?? 5)
    if storedImages == nil, testImages != nil || out != nil {
      throw Failure.usage(
        "--test-images and --out belong to --stored-images; give it, for example --stored-images 100000")
    }
    guard images.isEmpty else {
      guard storedImages == nil else { throw Failure.usage("--images and --stored-images: give only one of the two") }
      return try decode(try ImageFiles.paths(images), for: try Backbone(named: backbone), passes: steps)
    }
    let model = precision.resolve(try Backbone(named: backbone))
    let memory = activationMemory.activationMemory?.value ?? RunConfiguration.standardActivationMemory
    let benchmark = try StepBenchmark(
      prompts, supervision: try registry.supervision("hard-label"), backbone: model,
      classes: classes, sampledClasses: sampledClasses.count, batchSize: batch, usesCache: !noCache,
      activationLimit: Int(memory * 1e9))
    if let shortage = try benchmark.predictedMemory().shortage(available: AvailableMemory.bytes()) {
      Terminal.line("\(shortage); give a smaller --batch, fewer --classes or less --activation-memory")
    }
    if let images = storedImages?.value {
      return try pretrain(benchmark, on: images, by: model, steps: steps)
    }
    let bar = ProgressBar("benchmark")
    defer { bar.finish() }
    let result = try benchmark.run(steps: steps) { if $0 > 0 { bar.show($0, of: steps, "") } }
    bar.finish()
    if json.json { return print(try JSONOutput.text(result)) }
    let sampled = Self.sampled(result.sampledClasses)
    let rate = result.peakOperationsPerSecond * result.shareOfPeak
    print(
      """
      \(structure.structure?.text ?? "coop") on \(backbone)\(model.precision == .bf16 ? " in bf16" : ""), \(classes) classes\(sampled), batch \(batch), \(result.ranks > 1 ? "\(result.ranks) ranks of " : "")\(result.threads) threads, \(result.kernels) kernels
        step     \(Self.duration(result.medianStepSeconds)) (median of \(steps)), \
      \(result.imagesPerSecond.formatted(digits: 1)) images/s\(Self.communication(result))
        images   \(result.encodesImages ? "encoded in every step" : "features computed before the steps")
        work     \((result.floatingPointOperations * 1e-9).formatted(digits: 1)) GFLOP needed for a step, done at \
      \((rate * 1e-9).formatted(digits: 0)) GFLOP/s: \((result.shareOfPeak * 100).formatted(digits: 1)) % of a 2048³ matrix \
      product's \((result.peakOperationsPerSecond * 1e-9).formatted(digits: 0))
        memory   \(ByteCount.text(result.peakResidentBytes)) at the peak, weights included
      """)
  }

  private func pretrain(_ step: StepBenchmark, on images: Int, by backbone: Backbone, steps: Int) throws {
    guard let out else {
      throw Failure.usage("--out is missing, for example --out /tmp/features: --stored-images writes there")
    }
    let benchmark = try StoredFeaturesBenchmark(
      step, backbone: backbone, in: out, images: images, testImages: testImages?.value ?? 50_000)
    let work = LongWork()
    try benchmark.prepare { work.show("random features", $0, of: $1) }
    let bar = ProgressBar("benchmark")
    defer { bar.finish() }
    let result = try benchmark.run(steps: steps) { if $0 > 0 { bar.show($0, of: steps, "") } }
    bar.finish()
    if json.json { return print(try JSONOutput.text(result)) }
    let share = (100 * result.productSeconds / result.testSeconds).formatted(digits: 0)
    print(
      """
      \(structure.structure?.text ?? "coop") on \(backbone.name)\(backbone.precision == .bf16 ? " in bf16" : ""), \(result.classes) classes\(Self.sampled(result.sampledClasses)), batch \
      \(result.batchSize), \(result.threads) threads, \(result.kernels) kernels
        images   \(result.images) to learn from, \(result.testImages) to test on, stored features of \
      \(ByteCount.text(result.featureBytes))
        start    \(Self.duration(result.startSeconds)) and \(ByteCount.text(result.startBytes)) of memory, order of an epoch \
      \(Self.duration(result.shuffleSeconds))
        step     \(Self.duration(result.medianStepSeconds)) (median of \(steps)), \(Self.duration(result.readSeconds)) of it \
      reading features
        epoch    \(result.stepsPerEpoch) steps, about \(PredictedTime.text(result.epochSeconds))
        test     \(Self.duration(result.testSeconds)), \(share) % of it the product of features, and \
      \(Self.duration(result.classSeconds)) for the features of all classes
        memory   \(ByteCount.text(result.peakResidentBytes)) at the peak, weights and touched parts of the files included
      """)
  }

  /// What ranks lose by being several; nothing to say of one.
  private static func communication(_ result: StepBenchmark.Result) -> String {
    func percent(_ share: Double) -> String { "\((100 * share).formatted(digits: 2)) %" }
    return result.ranks == 1
      ? ""
      : "\n  ranks    \(percent(result.summingShare)) of it summing gradients, \(percent(result.gatheringShare)) gathering features, "
        + "\(percent(result.waitingShare)) waiting for each other"
  }

  private static func sampled(_ classes: Int?) -> String {
    classes.map { " (\($0) and the batch's own in a step)" } ?? ""
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
