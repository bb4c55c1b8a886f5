import ArgumentParser
import Basics
import Foundation
import PromptLearning

struct PromptsExportCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A checkpoint of a learned prompt that PyTorch and the published code read.",
    discussion: """
      Its state_dict holds the learned tensors under the names of the method's published code, in 32-bit floats; a method without \
      published code has RPP's own names there. The published code finds it as FOLDER/MODEL/model.pth.tar-0, where MODEL is \
      prompt_learner (CoOp, CoCoOp, VPT), VLPromptLearner (IVLP, PromptSRC) or MultiModalPromptLearner (MaPLe).

        \(Terminal.program) prompts export runs/first/final.safetensors --out prompt_learner/model.pth.tar-0
      """)

  @Argument(help: "A learned prompt: final.safetensors of a run, or best.safetensors.")
  var prompts: String
  @Option(help: "The file to write.")
  var out: String?
  @OptionGroup var configuration: ConfigurationOption

  func run(_ settings: inout Settings) throws {
    let out = settings.required("out", out, example: "prompt_learner/model.pth.tar-0")
    try settings.check()
    guard let out else { fatalError("checked above") }
    try OutputFile.requireOther(out, than: prompts)
    let prompt = try LearnedPrompt(path: prompts, registry: CommandLineApp.registry)
    try prompt.writeCheckpoint(to: out)
    let method = type(of: prompt.structure).name
    print(
      "\(out): \(prompt.parameters.names.count) tensors of \(prompt.structure.shortSpecification.text) under "
        .printable
        + (prompt.hasPublishedNames ? "the published names" : "RPP's names, as no code of \(method) is published"))
  }
}
