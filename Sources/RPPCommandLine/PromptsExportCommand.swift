import ArgumentParser
import Basics
import Foundation
import PromptLearning

struct PromptsExportCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "A checkpoint of a learned prompt that PyTorch and the published code read.",
    discussion: """
      Its state_dict holds the learned tensors under the names of the method's published code, in 32-bit floats; a method without \
      published code has RPP's own names there.

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
    try OutputFile.makeFolder(of: out)
    try prompt.writeCheckpoint(to: out)
    let written = "\(out): \(prompt.parameters.names.count) tensors of \(prompt.structure.shortSpecification.text)"
    guard let folder = prompt.publishedFolder else {
      return print("\(written) under RPP's own names, as it has no published code".printable)
    }
    print(
      "\(written) under the published names; the published code finds it as \(folder)/model.pth.tar-0, epoch 0"
        .printable)
  }
}
