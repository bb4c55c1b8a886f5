import Basics
import CLIPModel
import Foundation
import Optimization
import PromptLearning
import PyTorchFiles
import StandardPlugins
import Tensors
import TestSupport
import Testing

@Suite("Checkpoints of the published code")
struct CheckpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A checkpoint of a fixture's learned tensors.
  ///
  /// - Parameter isWhole: Whether names are those of the whole model, or of the module that the published code writes alone.
  private func checkpoint(
    _ fixture: ParityFixture, isWhole: Bool = true, besides: [PyTorchTensor] = []
  ) throws -> String {
    let prefix = "param."
    let tensors = try fixture.names.filter { $0.hasPrefix(prefix) }.map { name in
      let published = String(name.dropFirst(prefix.count))
      return PyTorchTensor(
        isWhole ? published : published.replacing("prompt_learner.", with: ""), try fixture.tensor(name))
    }
    let path = "\(folder.path)/model.pth.tar"
    try PyTorchWriter.write(to: path, stateDict: tensors + besides)
    return path
  }

  private func classNames(_ fixture: ParityFixture) throws -> [String] {
    try JSONDecoder().decode([String].self, from: Data((fixture.metadata["classNames"] ?? "").utf8))
  }

  private func imported(_ path: String, _ method: String, classNames: [String]? = nil) throws -> LearnedPrompt {
    try LearnedPrompt(
      checkpoint: path, method: method, backbone: ParityFixture.backbone(), classNames: classNames, registry: .standard)
  }

  /// The prompts of every structure, from checkpoints under the published names, give the published code's logits; and what is
  /// exported again is the checkpoint.
  @Test(
    arguments: [
      ("coop_end", "coop"), ("coop_middle", "coop:classTokenPosition=middle"),
      ("coop_front", "pomp:classTokenPosition=front"), ("coop_end_csc", "coop"),
      ("coop_middle_csc", "coop:classTokenPosition=middle"), ("coop_front_csc", "coop:classTokenPosition=front"),
      ("cocoop", "cocoop"), ("vpt", "vpt"), ("ivlp", "ivlp:initialization=random"),
      ("maple", "maple:initialization=random"),
    ])
  func logitsAreThePublishedCodes(_ name: String, _ method: String) throws {
    let fixture = try ParityFixture(named: name)
    let backbone = try ParityFixture.backbone()
    let names = name.hasSuffix("_csc") ? try classNames(fixture) : nil
    for isWhole in [true, false] where isWhole || name.hasPrefix("co") {
      let path = try checkpoint(fixture, isWhole: isWhole)
      let prompt = try imported(path, method, classNames: names)
      let model = try PromptedCLIP(
        model: backbone.model, structure: prompt.structure, context: try promptContext(fixture, backbone: backbone),
        parameters: prompt.parameters)
      let logits = try model(.pixels(try fixture.tensor("image")), parameters: prompt.parameters.constants()).logits
        .value
      expectClose(logits, try fixture.tensor("expect.logits"), "logits of \(name)")

      let exported = "\(folder.path)/exported.pth.tar"
      try prompt.writeCheckpoint(to: exported)
      #expect(prompt.publishedFolder != nil)
      let (before, after) = (try PyTorchFile(path: path), try PyTorchFile(path: exported))
      // What the published code writes alone has no prefix.
      let isAlone = name.hasPrefix("co") && isWhole
      #expect(after.names == before.names.map { isAlone ? $0.replacing("prompt_learner.", with: "") : $0 }.sorted())
      for tensor in after.names {
        #expect(try after.floats(tensor) == before.floats(isAlone ? "prompt_learner.\(tensor)" : tensor), "\(tensor)")
      }
    }
  }

  @Test func whatALearnedPromptFileHoldsIsExported() throws {
    let fixture = try ParityFixture(named: "maple")
    let prompt = try imported(try checkpoint(fixture), "maple:initialization=random")
    let path = "\(folder.path)/prompt.safetensors"
    try prompt.write(to: path)
    let again = try LearnedPrompt(path: path, registry: .standard)
    #expect(again.parameters == prompt.parameters && again.digest == prompt.digest)
    #expect(again.backbone == "parity")
  }

  @Test func structuresWithoutPublishedCodeKeepTheirNames() throws {
    let backbone = try ParityFixture.backbone()
    let structure = SAPL { $0.branches.initialization = .random }
    let context = try PromptContext(weights: backbone.weights, classNames: ["a"], template: "{}") { _ in [1] }
    var stream = RandomStream(name: "sapl")
    let prompt = LearnedPrompt(
      structure: structure, parameters: try structure.initialParameterSet(context, from: &stream), backbone: "parity",
      backboneChecksum: backbone.checksum, classNames: nil)
    #expect(prompt.publishedFolder == nil)
    let path = "\(folder.path)/sapl.pth.tar"
    try prompt.writeCheckpoint(to: path)
    #expect(try PyTorchFile(path: path).names == prompt.parameters.names)
    #expect(try imported(path, "sapl:initialization=random").parameters == prompt.parameters)
  }

  private func mistake(
    _ path: String, _ method: String, classNames: [String]? = nil, _ part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let failure = try #require(throws: Failure.self, sourceLocation: sourceLocation) {
      try imported(path, method, classNames: classNames)
    }
    #expect(failure.description.contains(part), sourceLocation: sourceLocation)
    #expect(!failure.description.contains("\n"), sourceLocation: sourceLocation)
  }

  @Test func checkpointsOfOtherMethodsAreRefused() throws {
    for (name, method, part) in [
      ("cocoop", "coop", "\"meta_net.linear1.bias\" is nothing that coop"),
      ("coop_end", "cocoop", "the tensor meta_net.linear1.bias is missing; there are ctx"),
      ("maple", "coop", "is nothing that coop"),
      ("coop_end", "maple", "the tensor prompt_learner.proj.bias is missing"),
      ("ivlp", "vpt", "\"prompt_learner.ctx\" is nothing that vpt"),
      ("vpt", "ivlp:initialization=random", "the tensor prompt_learner.ctx is missing"),
      ("ivlp", "maple:initialization=random", "is nothing that maple"),
      ("coop_end", "zero-shot", "zero-shot learns nothing"),
      ("coop_end", "coap", "there is no method \"coap\"; did you mean"),
      ("coop_end", "coop:contextLength=64", "contextLength is 16 in this file, not 64"),
      ("coop_end", "coop:classSpecific=true", "classSpecific is false in this file, not true"),
    ] {
      var wanted = part
      if part.contains("contextLength is 16") {
        let fixture = try ParityFixture(named: name)
        wanted = "contextLength is \(try fixture.tensor("param.prompt_learner.ctx").rows) in this file, not 64"
      }
      try mistake(try checkpoint(ParityFixture(named: name)), method, wanted)
    }
  }

  @Test func whatIsThereTwiceIsRefused() throws {
    let fixture = try ParityFixture(named: "coop_end")
    let context = try fixture.tensor("param.prompt_learner.ctx")
    try mistake(
      try checkpoint(fixture, besides: [PyTorchTensor("ctx", context)]), "coop",
      "both \"ctx\" and \"prompt_learner.ctx\" are there")
    let long = PyTorchTensor(String(repeating: "a", count: 900), shape: [1], floats: [0])
    let path = try checkpoint(fixture, besides: [long])
    try mistake(
      path, "vpt",
      "the tensor image_encoder.VPT is missing; there are \(String(repeating: "a", count: 80)), prompt_learner.ctx")
  }

  @Test func classesAreNamedWhereEachHasItsOwnPrompts() throws {
    let fixture = try ParityFixture(named: "coop_end_csc")
    let names = try classNames(fixture)
    let path = try checkpoint(fixture)
    try mistake(path, "coop", "so the names of the classes are needed, in label order")
    try mistake(
      path, "coop", classNames: Array(names.dropLast()),
      "there are prompts of \(names.count) classes in it, and \(names.count - 1) names are given")
    #expect(try imported(path, "coop", classNames: names).classNames == names)
    try mistake(
      try checkpoint(ParityFixture(named: "coop_end")), "coop", classNames: names, "so no class names belong to them")
  }

  @Test func damagedValuesAreRefused() throws {
    let path = "\(folder.path)/model.pth.tar"
    func write(_ shape: [Int], _ value: Float) throws {
      try PyTorchWriter.write(
        to: path,
        stateDict: [
          PyTorchTensor("ctx", shape: shape, floats: Array(repeating: value, count: shape.reduce(1, *)))
        ])
    }
    let width = try ParityFixture.backbone().configuration.text.width
    try write([2, width], .nan)
    try mistake(path, "coop", "the tensor ctx holds NaN or infinity")
    try write([2, width + 1], 0)
    try mistake(path, "coop", "has [2, \(width)] there")
    try write([65, width], 0)
    try mistake(path, "coop", "contextLength")
    try write([width], 0)
    try mistake(path, "coop", "the tensor ctx has the shape [\(width)], wanted are 2 or 3 dimensions")
  }

  /// The constants beside the prompts tell whether they were learned on this backbone.
  @Test func promptsOfAnotherBackboneAreRefused() throws {
    let backbone = try Backbone(named: "embedded:student")
    let context = try PromptContext(backbone: backbone, classNames: ["cat"], template: "{}")
    let width = backbone.configuration.text.width
    let start = context.embeddings(of: [backbone.configuration.startToken]).elements
    let path = "\(folder.path)/model.pth.tar"
    func write(_ prefix: [Float]) throws {
      try PyTorchWriter.write(
        to: path,
        stateDict: [
          PyTorchTensor("ctx", shape: [4, width], floats: Array(repeating: 0.1, count: 4 * width)),
          PyTorchTensor("token_prefix", shape: [2, 1, width], floats: prefix),
        ])
    }
    func read() throws -> LearnedPrompt {
      try LearnedPrompt(checkpoint: path, method: "coop", backbone: backbone, registry: .standard)
    }
    try write(start + start)
    #expect(try read().parameters["context"]?.shape == [4, width])
    for prefix in [start + start.map { $0 + 0.01 }, start.reversed() + start] {
      try write(prefix)
      let failure = try #require(throws: Failure.self) { try read() }
      #expect(failure.description.contains("token_prefix is not what the backbone embedded:student has there"))
    }
  }

  /// Words that stay behind the prompts stand in a checkpoint too.
  @Test func wordsThatStayAreChecked() throws {
    let backbone = try Backbone(named: "embedded:student")
    let structure = MaPLe { $0.depth = 1 }
    let context = try PromptContext(backbone: backbone, classNames: ["cat"], template: "{}")
    var stream = RandomStream(name: "maple")
    let parameters = try structure.initialParameterSet(context, from: &stream)
    let tensors = parameters.names.map { name in
      PyTorchTensor(MaPLe.publishedNames[LearnedTensor(name)]!, parameters[name]!)
    }
    func write(_ words: String) throws -> String {
      let rows = context.embeddings(of: try context.tokens(of: words))
      let suffix = PyTorchTensor("prompt_learner.token_suffix", shape: [1] + rows.shape, floats: rows.elements)
      let path = "\(folder.path)/model.pth.tar"
      try PyTorchWriter.write(to: path, stateDict: tensors + [suffix])
      return path
    }
    func read(_ path: String, _ method: String = "maple") throws -> LearnedPrompt {
      try LearnedPrompt(checkpoint: path, method: method, backbone: backbone, registry: .standard)
    }
    #expect(try read(write("of a cat.")).parameters == parameters)
    let path = try write("cat.")
    let failure = try #require(throws: Failure.self) { try read(path) }
    #expect(failure.description.contains("with other words before the class name"))
    #expect(try read(path, "maple:initialization=random").parameters == parameters)
  }
}
