import ArgumentParser
import Basics
import CLIPModel
import Foundation
import PromptLearning

struct PromptsImportCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "A learned prompt from a checkpoint of the published code (PyTorch's .pth.tar).",
    discussion: """
      Lengths, depths and whether prompts are each class's own follow from the shapes in the file. What it does not tell must be \
      given, if it is not as published: where the class name stands, and the words that prompts started from, as those beyond the \
      prompts stay in the text. No code in the file is run. A method without published code is read under RPP's own names.

        \(Terminal.program) prompts import prompt_learner/model.pth.tar-50 --method coop \\
          --backbone ViT-B-16.pt --out coop.safetensors
        \(Terminal.program) evaluate --prompts coop.safetensors --backbone ViT-B-16.pt \\
          --task list:pets.csv
      """)

  @Argument(help: "The checkpoint: model.pth.tar-50, model-best.pth.tar.")
  var checkpoint: String
  @Option(
    help: """
      The method with its options: \(CommandLineApp.registry.methodNames.joined(separator: ", ")) \
      (see \(Terminal.program) plugins).
      """,
    transform: Setting.attempting { text in
      _ = try CommandLineApp.registry.method(text)
      return text
    })
  var method: Setting<String>?
  @OptionGroup var backbone: BackboneOption
  @OptionGroup var classes: ImportedClassesOptions
  @Option(help: "The file to write, a learned prompt of RPP's (.safetensors).")
  var out: String?
  @OptionGroup var configuration: ConfigurationOption

  func run(_ settings: inout Settings) throws {
    if method == nil { _ = settings.required("method", nil, example: "coop") }
    let backboneName = settings.required("backbone", backbone.backbone, example: "ViT-B-16.pt")
    let out = settings.required("out", out, example: "prompt.safetensors")
    let classNames = try classes.resolve(&settings)
    try settings.check()
    guard let method = method?.value, let backboneName, let out else { fatalError("checked above") }
    try OutputFile.requireOther(out, than: checkpoint)
    let backbone = try Backbone(named: backboneName)
    let prompt: LearnedPrompt
    do {
      prompt = try LearnedPrompt(
        checkpoint: checkpoint, method: method, backbone: backbone, classNames: classNames,
        registry: CommandLineApp.registry)
    } catch let failure as Failure where failure.kind == .usage {
      throw Failure.usage("--method or --class-names: \(failure)")
    }
    try OutputFile.makeFolder(of: out)
    try prompt.write(to: out)
    print(
      "\(out): \(prompt.structure.shortSpecification.text) on \(prompt.backbone), \(prompt.parameters.count) numbers"
        .printable)
    if backbone.tokenizer == nil {
      Terminal.line(
        "the backbone has no tokenizer, so it was not checked that the prompts belong to it; set RPP_MERGES to use them"
      )
    }
  }
}
