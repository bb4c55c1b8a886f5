import ArgumentParser
import Basics
import CLIPModel
import FeatureStore
import PromptLearning
import Training

struct InterpretCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpret", abstract: "The vocabulary words nearest to learned text prompts.",
    discussion: """
      For each context vector its Euclidean length, the tokens whose frozen embeddings have the smallest Euclidean distance from \
      it, as CoOp's published code lists them, and those with the largest cosine. What is learned in deeper layers or in the \
      image encoder is no embedding of a token, and is said to be there.

        \(Terminal.program) interpret --run runs/first
        \(Terminal.program) interpret --prompts runs/first/final.safetensors --words 10 --json
      """)

  @OptionGroup var options: LearnedPromptOptions
  @Option(
    parsing: .unconditional, help: "How many words to show for each vector (default: 5).",
    transform: Setting.number(Limit(1...1000, "a whole number from 1 to 1000")))
  var words: Setting<Int>?
  @OptionGroup var json: JSONOption

  func run(_ settings: inout Settings) throws {
    let (prompt, backbone, _) = try options.resolve(&settings, frozen: FrozenResults())
    let interpretation = try prompt.interpretation(on: backbone, words: words?.value ?? 5)
    if json.json {
      return print(
        try JSONOutput.text(
          Output(
            run: options.run, prompts: options.prompts.prompts, structure: prompt.structure.specification.text,
            backbone: prompt.backbone,
            meanEmbeddingNorm: interpretation.meanEmbeddingNorm, notes: interpretation.notes,
            vectors: interpretation.vectors)))
    }
    print("\(prompt.structure.specification.text) on \(prompt.backbone)".printable)
    InterpretationText.print(interpretation)
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
