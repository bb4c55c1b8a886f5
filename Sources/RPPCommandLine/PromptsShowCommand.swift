import ArgumentParser
import Basics
import CLIPModel
import Foundation
import PromptLearning
import Tensors

struct PromptsShowCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The shapes and norms of learned tensors, and the words nearest to text prompts.",
    discussion: """
      The nearest words are those of \(Terminal.program) interpret, and need the backbone: its path, where the prompts were not \
      learned on one that comes with RPP.

        \(Terminal.program) prompts show runs/first/final.safetensors
      """)

  @Argument(help: "A learned prompt: final.safetensors of a run, or an imported one.")
  var prompts: String
  @OptionGroup var backbone: BackboneOption
  @Option(
    parsing: .unconditional, help: "How many words to show for each vector (default: 5).",
    transform: Setting.number(Limit(1...1000, "a whole number from 1 to 1000")))
  var words: Setting<Int>?
  @OptionGroup var json: JSONOption
  @OptionGroup var configuration: ConfigurationOption

  func run(_ settings: inout Settings) throws {
    try settings.check()
    let prompt = try LearnedPrompt(path: prompts, registry: CommandLineApp.registry)
    let interpretation = try (backbone.backbone ?? prompt.knownBackbone).map {
      try prompt.interpretation(on: Backbone(named: $0), words: words?.value ?? 5)
    }
    let tensors = prompt.parameters.names.map { Self.summary(of: prompt.parameters[$0]!, name: $0) }
    if json.json {
      return print(
        try JSONOutput.text(
          Output(
            prompts: prompts, structure: prompt.structure.specification.text, backbone: prompt.backbone,
            backboneChecksum: prompt.backboneChecksum, classNames: prompt.classNames, tensors: tensors,
            vectors: interpretation?.vectors, notes: interpretation?.notes)))
    }
    print("\(prompt.structure.specification.text) on \(prompt.backbone)".printable)
    if let names = prompt.classNames {
      let few = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", … (\(names.count))" : "")
      print("of each class its own: \(few)".printable)
    }
    print("norm is the Euclidean length of all of a tensor, mean row norm the mean of those of its rows")
    print(
      TextColumns.text(
        [["tensor", "shape", "norm", "mean row norm", "largest"]]
          + tensors.map { tensor in
            [tensor.name, tensor.shape.map(String.init).joined(separator: " × ")]
              + [tensor.norm, tensor.meanRowNorm, tensor.largest].map { $0.formatted(digits: 3) }
          }))
    if let interpretation {
      InterpretationText.print(interpretation)
    } else {
      print("--backbone PATH adds the nearest words: the prompts were learned on \(prompt.backbone)".printable)
    }
  }

  private static func summary(of tensor: Tensor, name: String) -> Output.Tensor {
    func norm(_ elements: some Sequence<Float>) -> Double {
      elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let (elements, columns) = (tensor.elements, tensor.columns)
    let rows = (0..<tensor.rows).map { norm(elements[$0 * columns..<($0 + 1) * columns]) }
    return Output.Tensor(
      name: name, shape: tensor.shape, norm: norm(elements),
      meanRowNorm: rows.reduce(0, +) / Double(max(rows.count, 1)), largest: elements.map { Double(abs($0)) }.max() ?? 0)
  }

  private struct Output: Encodable {
    struct Tensor: Encodable {
      let name: String
      let shape: [Int]
      let norm: Double
      let meanRowNorm: Double
      /// The largest absolute value.
      let largest: Double
    }
    let prompts: String
    let structure: String
    let backbone: String
    let backboneChecksum: String
    let classNames: [String]?
    let tensors: [Tensor]
    let vectors: [PromptInterpretation.Vector]?
    let notes: [String]?
  }
}
