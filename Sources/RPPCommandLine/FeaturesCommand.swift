import ArgumentParser
import Basics
import CLIPModel
import Datasets
import FeatureStore
import Foundation
import SafeTensors
import Tensors

struct FeaturesCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "The frozen features of images and texts, as one safetensors file, or of a whole task.",
    discussion: """
      With --task, writes the features of all images of a task into the folder --out, from which features:PATH is a task of the \
      same classes: a million images are encoded once and read from mapped files of 2 kB (f32) or 1 kB (f16) an image, on any \
      machine. Killed at any moment, the same command goes on and computes no image twice; several processes on one --out share \
      the work; with another --backbone it adds that one's features, a teacher's for example.

        \(Terminal.program) features --task folder:pets --backbone PATH/TO/CLIP --out pets-features
        \(Terminal.program) train --task features:pets-features --backbone PATH/TO/CLIP --structure coop --augmentation none \
      --out runs/pets

      With --images and --texts, writes `image_features` [images, embed dimension] and `text_features` [texts, embed dimension], normalised, in 32-bit \
      floats. The metadata have the images' paths (`paths`) and the texts (`texts`) as JSON lists. Images are in the order of \
      their paths' bytes; a text is encoded as it stands in its line, without a template.

        \(Terminal.program) features --backbone PATH/TO/CLIP --images photos --texts captions.txt --out features.safetensors
      """)

  @Option(help: "embedded:student, embedded:teacher, random:ViT-B-16 …, or a path (default: embedded:student).")
  var backbone = "embedded:student"
  @OptionGroup var precision: PrecisionOption
  @Option(parsing: .upToNextOption, help: "Image files, and directories of which all images below are taken.")
  var images: [String] = []
  @Option(help: "A file with a text in each line.")
  var texts: String?
  @OptionGroup var task: TaskOption
  @OptionGroup var data: DataOptions
  @Option(
    parsing: .unconditional,
    help:
      "With --task: training images of each class, or all (default: all there are; 16 on the embedded world, which has no end).",
    transform: Setting.shots)
  var shots: Setting<Shots>?
  @Option(
    parsing: .unconditional, help: "With --task: the seed that draws images where not all are taken (default: 1).",
    transform: Setting.seed)
  var seed: Setting<UInt64>?
  @Option(
    help:
      "With --task: how numbers are stored, f32, or f16 in half the space, with an error of 5e-4 of each (default: f32).",
    transform: Setting.choice)
  var dtype: Setting<FeatureDType>?
  @Option(help: "The safetensors file to write; with --task the folder.")
  var out: String?
  @OptionGroup var cache: CacheOptions
  @OptionGroup var configuration: ConfigurationOption

  func run(_ settings: inout Settings) throws {
    let isOfTask = task.task != nil
    let out = settings.required("out", out, example: isOfTask ? "pets-features" : "features.safetensors")
    let task = try task.resolve(&settings)
    if isOfTask, !images.isEmpty || texts != nil {
      settings.mistake(
        "--task is for all images of a task, --images and --texts are for others: give only one of the two")
    }
    if !isOfTask, images.isEmpty, texts == nil {
      settings.mistake("--task is missing, or --images and --texts, one of them or both")
    }
    try settings.check()
    guard let out else { fatalError("checked above") }
    if let task { return try writeFeatures(of: task, to: FeatureFolder(out)) }
    let paths = images.isEmpty ? nil : try ImageFiles.paths(images)
    for input in (paths ?? []) + (texts.map { [$0] } ?? []) { try OutputFile.requireOther(out, than: input) }
    try OutputFile.requireKind(out, option: "--out", ".safetensors")
    let lines = try texts.map(Self.lines)
    let backbone = precision.resolve(try Backbone(named: backbone))
    let results = cache.results()
    var tensors: [SafeTensorsEntry] = []
    var metadata = ["backbone": backbone.name, "backboneChecksum": backbone.checksum]
    if let lines, let file = texts {
      let tokens = try lines.enumerated().map { number, text in
        let tokens = try backbone.tokens(of: text)
        guard tokens.count <= backbone.configuration.contextLength else {
          throw Failure(
            "\(file), line \(number + 1): \(tokens.count - 2) tokens, and the model takes "
              + "\(backbone.configuration.contextLength - 2) between start and end")
        }
        return tokens
      }
      tensors.append(
        SafeTensorsEntry("text_features", try results.textFeatures(of: TextPrompts(tokens: tokens), by: backbone)))
      metadata["texts"] = try JSONText.encode(lines)
    }
    if let paths {
      let set = ImageSet(labels: paths.map { _ in 0 }, files: paths)
      tensors.append(SafeTensorsEntry("image_features", try results.imageFeatures(of: set, by: backbone).tensor()))
      metadata["paths"] = try JSONText.encode(paths)
    }
    try OutputFile.makeFolder(of: out)
    try SafeTensorsWriter.write(to: out, tensors: tensors, metadata: metadata)
    CacheOptions.report(results)
    let counts = [paths.map { ($0.count, "image") }, lines.map { ($0.count, "text") }].compactMap(\.self)
    print(
      "\(out): features of \(counts.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: " and ")), "
        .printable + "\(backbone.configuration.embedDimension) dimensions")
  }

  /// The lines of a file; a line feed at the end begins no line.
  private static func lines(of path: String) throws -> [String] {
    guard let text = String(validating: try RegularFile.contents(of: path), as: UTF8.self) else {
      throw Failure("\(path): not UTF-8 text, one text in each line")
    }
    // By scalars: a carriage return with a line feed is one character.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.last == "\r" ? line.dropLast() : line)
    }
    if lines.last == "" { lines.removeLast() }
    guard !lines.isEmpty else { throw Failure("\(path) is empty: a text in each line is expected") }
    if let empty = lines.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw Failure("\(path), line \(empty + 1): there is no text in it")
    }
    return lines
  }
}
