import ArgumentParser
import Basics
import CLIPModel
import PromptLearning
import Training

struct InterpretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpret", abstract: "The vocabulary words nearest to learned text prompts.",
    discussion: """
      For each context vector its Euclidean length, the tokens whose frozen embeddings have the smallest Euclidean distance from \
      it, as CoOp's published code lists them, and those with the largest cosine. What is learned in deeper layers or in the \
      image encoder is no embedding of a token, and is said to be there.

        \(Terminal.program) interpret --run runs/first
        \(Terminal.program) interpret --prompts runs/first/final.safetensors --words 10 --json
      """)

  @Option(name: .customLong("run"), help: "The folder of a finished run.")
  var folder: String?
  @Option(help: "A learned prompt, as final.safetensors of a run, instead of a run.")
  var prompts: String?
  @Option(help: "With --run: final, or best on validation images.")
  var checkpoint = PromptOptions.Checkpoint.final
  @Option(help: "With --prompts: the backbone that they were learned on, where its name is a path.")
  var backbone: String?
  @Option(help: "How many words to show for each vector.")
  var words = 5
  @Flag(help: "One JSON object on standard output.")
  var json = false

  func validate() throws {
    if words < 1 { throw ValidationError("--words is a whole number above 0, not \(words)") }
    try PromptOptions.requireOne(folder: folder, prompts: prompts, backbone: backbone, checkpoint: checkpoint)
  }

  func run() throws {
    let (prompt, backbone) = try named()
    let interpretation = try prompt.interpretation(on: backbone, words: words)
    if json {
      return print(
        try JSONOutput.text(
          Output(
            run: folder, prompts: prompts, structure: prompt.structure.specification.text, backbone: prompt.backbone,
            meanEmbeddingNorm: interpretation.meanEmbeddingNorm, notes: interpretation.notes,
            vectors: interpretation.vectors)))
    }
    print("\(prompt.structure.specification.text) on \(prompt.backbone)".printable)
    if !interpretation.vectors.isEmpty {
      print(
        "norm is a vector's length (those of the vocabulary's embeddings have a mean of "
          + "\(interpretation.meanEmbeddingNorm.formatted(digits: 3))); behind a word its distance, or its cosine")
      let lines = interpretation.vectors.map { vector in
        let place = [vector.className, vector.part == "tokens" ? nil : vector.part, "\(vector.index + 1)"]
        return [
          place.compactMap { $0 }.joined(separator: " "), vector.norm.formatted(digits: 3),
          vector.nearest.map { "\($0.text) \($0.distance.formatted(digits: 2))" }.joined(separator: ", "),
          vector.mostSimilar.map { "\($0.text) \($0.cosine.formatted(digits: 2))" }.joined(separator: ", "),
        ]
      }
      print(TextColumns.text([["vector", "norm", "nearest", "most similar"]] + lines))
    }
    for note in interpretation.notes { print(note.printable) }
  }

  /// - Throws: ``Failure`` if there is no such run or file, or the run is not finished.
  private func named() throws -> (LearnedPrompt, Backbone) {
    let registry = CommandLineApp.registry
    if let folder {
      let run = try Run(in: folder, registry: registry, tasks: CommandLineApp.tasks)
      return (try run.learnedPrompt(in: folder, best: checkpoint == .best, registry: registry), run.backbone)
    }
    let prompt = try LearnedPrompt(path: prompts!, registry: registry)
    return (prompt, try Backbone(named: PromptOptions.backboneName(backbone, of: prompt)))
  }

  private struct Output: Encodable {
    let run: String?
    let prompts: String?
    let structure: String
    let backbone: String
    let meanEmbeddingNorm: Double
    let notes: [String]
    let vectors: [PromptInterpretation.Vector]
  }
}
