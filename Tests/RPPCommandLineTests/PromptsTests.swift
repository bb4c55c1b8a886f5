import Basics
import Foundation
import RPP
import TestSupport
import Testing

@Suite("Command line: prompts in and out", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct PromptsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: [String]) throws -> RPPProcess.Outcome {
    try RPPProcess.run(["prompts"] + arguments, in: folder.path)
  }

  /// A prompt that is as it starts.
  private func prompt(_ structure: some PromptStructure, classNames: [String]? = nil) throws -> LearnedPrompt {
    let backbone = try Backbone(named: "embedded:student")
    let context = try PromptContext(backbone: backbone, classNames: classNames ?? ["cat"], template: "{}")
    var stream = RandomStream(name: "prompts")
    return LearnedPrompt(
      structure: structure, parameters: try structure.initialParameterSet(context, from: &stream),
      backbone: backbone.name, backboneChecksum: backbone.checksum, classNames: classNames)
  }

  @Test func whatIsExportedIsImported() throws {
    let names = ["cat", "golden retriever"]
    try folder.write("cat\r\ngolden_retriever\n", to: "names")
    let specific = CoOp {
      ($0.classSpecific, $0.contextLength, $0.classTokenPosition) = (true, 3, .middle)
    }
    for (structure, method, classes) in [
      (MaPLe { $0.depth = 2 } as any PromptStructure, "maple", []),
      (specific, "coop:classTokenPosition=middle", ["--class-names-file", "names"]),
      (specific, "pomp:classTokenPosition=middle", ["--class-names", "cat,golden_retriever"]),
      (SAPL { $0.branches.textDepth = 2 }, "sapl:textDepth=2", []),
    ] {
      let learned = try prompt(structure, classNames: classes.isEmpty ? nil : names)
      try learned.write(to: "\(folder.path)/learned.safetensors")
      let exported = try run(["export", "learned.safetensors", "--out", "model.pth.tar-0"])
      #expect(exported.status == 0 && exported.output.hasPrefix("model.pth.tar-0: "), "\(exported.errors)")
      let imported = try run(
        [
          "import", "model.pth.tar-0", "--method", method, "--backbone", "embedded:student", "--out",
          "again.safetensors",
        ]
          + classes)
      #expect(imported.status == 0 && imported.errors.isEmpty, "\(imported.errors)")
      let again = try LearnedPrompt(path: "\(folder.path)/again.safetensors", registry: .standard)
      #expect(again.parameters == learned.parameters && again.classNames == learned.classNames)
      #expect(again.backboneChecksum == learned.backboneChecksum && again.backbone == "embedded:student")
    }
  }

  @Test func shapesNormsAndWordsAreShown() throws {
    let learned = try prompt(CoOp { $0.initialization = .words })
    try learned.write(to: "\(folder.path)/p.safetensors")
    let shown = try run(["show", "p.safetensors", "--words", "2"])
    #expect(shown.status == 0, "\(shown.errors)")
    let context = try #require(learned.parameters["context"])
    #expect(shown.output.contains("\(context.rows) × \(context.columns)"), "\(shown.output)")
    // It starts from the embeddings of these words, which are the nearest to themselves.
    #expect(shown.output.contains("\"photo\" 0.00"), "\(shown.output)")
    let json = try run(["show", "p.safetensors", "--json"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let tensor = try #require((object["tensors"] as? [[String: Any]])?.first)
    #expect(tensor["name"] as? String == "context" && tensor["shape"] as? [Int] == context.shape)
    let norm = context.elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs((tensor["norm"] as? Double ?? 0) - norm) < 1e-9)
    #expect((object["vectors"] as? [Any])?.count == context.rows)

    // Prompts of a backbone that has no name of its own are shown without it, but for the words.
    let other = LearnedPrompt(
      structure: learned.structure, parameters: learned.parameters, backbone: "ViT.pt", backboneChecksum: "0",
      classNames: nil)
    try other.write(to: "\(folder.path)/other.safetensors")
    let without = try run(["show", "other.safetensors"])
    #expect(without.status == 0 && without.output.contains("--backbone PATH adds the nearest words"))
    let wrong = try run(["show", "other.safetensors", "--backbone", "embedded:student"])
    #expect(wrong.status == 1 && wrong.messages.count == 1, "\(wrong.errors)")
  }

  @Test func mistakesAreOneLineEach() throws {
    try prompt(CoOp { $0.contextLength = 2 }).write(to: "\(folder.path)/p.safetensors")
    #expect(try run(["export", "p.safetensors", "--out", "ok.pth.tar"]).status == 0)
    try folder.write("not a checkpoint", to: "text.pth.tar")
    try folder.write("cat\nCat\n", to: "twice")
    let backbone = ["--backbone", "embedded:student"]
    for (arguments, status, parts) in [
      (["import", "ok.pth.tar"], 2, ["--method is missing", "--backbone is missing", "--out is missing"]),
      (
        ["import", "ok.pth.tar", "--method", "coap", "--out", "x"] + backbone, 2,
        ["--method: there is no method \"coap\"; did you mean coop?"]
      ),
      (
        ["import", "ok.pth.tar", "--method", "coop:contextLength=3", "--out", "x"] + backbone, 2,
        ["contextLength is 2 in this file, not 3"]
      ),
      (
        ["import", "ok.pth.tar", "--method", "coop", "--out", "ok.pth.tar"] + backbone, 2, ["a file that is read"]
      ),
      (
        ["import", "ok.pth.tar", "--method", "coop", "--class-names", "a,b", "--out", "x"] + backbone, 2,
        ["so no class names belong to them"]
      ),
      (
        ["import", "ok.pth.tar", "--method", "coop", "--class-names", "a,a_", "--out", "x"] + backbone, 2,
        ["give the same class name, a"]
      ),
      (
        ["import", "ok.pth.tar", "--method", "coop", "--class-names-file", "twice", "--out", "x"] + backbone, 1,
        ["twice, line 2: the lines \"cat\" and \"Cat\" give the same class name"]
      ),
      (["import", "none", "--method", "coop", "--out", "x"] + backbone, 1, ["cannot read none: No such file"]),
      (
        ["import", "text.pth.tar", "--method", "coop", "--out", "x"] + backbone, 1,
        ["text.pth.tar: no PyTorch file: neither a zip archive nor a pickle"]
      ),
      (["import", "ok.pth.tar", "--method", "vpt", "--out", "x"] + backbone, 1, ["image_encoder.VPT is missing"]),
      (["import", "ok.pth.tar", "--method", "coop", "--out", "twice/x"] + backbone, 1, ["cannot make the folder"]),
      (["export", "ok.pth.tar", "--out", "x"], 1, ["no safetensors file"]),
      (["export", "p.safetensors"], 2, ["--out is missing"]), (["show", "none"], 1, ["cannot read none"]),
    ] as [([String], Int32, [String])] {
      let outcome = try run(arguments)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == parts.count, "\(arguments): \(outcome.errors)")
      for part in parts { #expect(outcome.errors.contains(part), "\(arguments): \(outcome.errors)") }
      #expect(!folder.exists("x") && folder.files.count == 4, "\(arguments): \(folder.files)")
    }
  }
}
