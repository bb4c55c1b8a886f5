import Foundation
import RPP
import RPPCommandLine
import TestSupport
import Testing

/// What `rpp new-plugin` writes, and what it refuses. That the result builds, passes its test and trains is checked by
/// `Tests/new-plugin.sh`.
@Suite struct PluginPackageTests {
  private static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func name(_ type: String, _ kind: PluginKind = .structure) throws -> PluginName {
    try PluginName(type, kind: kind, registry: .standard)
  }

  /// A folder of its own for a test, removed afterwards.
  private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rpp-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test(
    arguments: [
      ("StripedPrompt", "striped-prompt"), ("KDLoss", "kd-loss"), ("Prompt2D", "prompt2-d"), ("Focal", "focal"),
      ("MyKD", "my-kd"),
    ])
  func commandNames(_ type: String, command: String) throws {
    #expect(try name(type).command == command)
  }

  @Test func aNameThatOnlyHyphensTellFromAnotherIsNoticed() throws {
    #expect(try name("CoOp").command == "co-op" && name("CoOp").lookalike == "coop")
    #expect(try name("StripedPrompt").lookalike == nil)
  }

  @Test(arguments: PluginKind.allCases)
  func nobodyIsCitedForIt(_ kind: PluginKind) throws {
    let package = PluginPackage(try name("StripedPrompt", kind), kind: kind, checkout: Self.checkout.path)
    let example = try #require(package.files["Sources/StripedPrompt/StripedPrompt.swift"])
    #expect(example.contains("static let paper: String? = nil"))
  }

  @Test(arguments: ["striped-prompt", "stripedPrompt", "", "2Stripes", "Striped Prompt", "Stripé", "A;B", "../Prompt"])
  func namesThatAreNoTypes(_ type: String) throws {
    let failure = try #require(throws: Failure.self) { try name(type) }
    #expect(failure.kind == .usage)
    #expect(failure.description.contains(type.debugDescription))
  }

  @Test func theNearestTypeNameIsOffered() throws {
    let failure = try #require(throws: Failure.self) { try name("striped-prompt") }
    #expect(failure.description.contains("did you mean StripedPrompt?"))
  }

  /// Plugins that exist, words of Swift, what the example uses.
  @Test(arguments: ["Coop", "ZeroShot", "HardLabel", "Type", "Self", "Tensor", "PromptStructure", "Options", "Rpp"])
  func namesThatAreTaken(_ type: String) throws {
    let failure = try #require(throws: Failure.self) { try name(type) }
    #expect(failure.kind == .usage)
  }

  /// Two modules of one name cannot be in one program.
  @Test func namesOfModulesAreTaken() throws {
    let manifest = try String(contentsOf: Self.checkout.appendingPathComponent("Package.swift"), encoding: .utf8)
    let targets = manifest.matches(of: /[tT]arget\(\s*name: "(\w+)"|ystemLibrary\(name: "(\w+)"/)
      .compactMap { ($0.output.1 ?? $0.output.2).map(String.init) }
    #expect(targets.count > 20)
    for target in targets where !target.hasSuffix("Tests") {
      #expect(throws: Failure.self, "\(target)") { try name(target) }
    }
  }

  /// A whole example in sixty lines, that the formatter would leave as it is in width.
  @Test(arguments: PluginKind.allCases)
  func examplesAreShort(_ kind: PluginKind) throws {
    let package = PluginPackage(try name("StripedPrompt", kind), kind: kind, checkout: Self.checkout.path)
    let example = try #require(package.files["Sources/StripedPrompt/StripedPrompt.swift"])
    let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 61)
    #expect(lines.allSatisfy { $0.count <= 120 })
    let test = try #require(package.files["Tests/StripedPromptTests/StripedPromptTests.swift"])
    #expect(test.contains("Conformance(StripedPrompt()).check()"))
    let main = try #require(package.files["Sources/StripedPromptTool/main.swift"])
    #expect(main.contains("adding(\(kind.rawValue)s: [StripedPrompt.self])).run()"))
  }

  /// Each article shows what the command writes.
  @Test(
    arguments: [
      (PluginKind.structure, "StripedPrompt", "WritePromptStructure"),
      (.supervision, "ConfidencePenalty", "WriteSupervision"),
    ])
  func articlesShowTheExamples(_ kind: PluginKind, type: String, article: String) throws {
    let path = Self.checkout.appendingPathComponent("Sources/RPP/RPP.docc/\(article).md").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let files = PluginPackage(try name(type, kind), kind: kind, checkout: Self.checkout.path).files
    #expect(text.contains(try #require(files["Sources/\(type)/\(type).swift"])))
  }

  @Test func theCheckoutIsNamedByItsWholePath() throws {
    let local = PluginPackage(try name("StripedPrompt"), kind: .structure, checkout: "/a/b/../odd \"name\"")
    let localManifest = try #require(local.files["Package.swift"])
    #expect(localManifest.contains(#".package(name: "RPP", path: "/a/odd \"name\"")"#))
  }

  @Test func everyFileIsWritten() throws {
    let package = PluginPackage(
      try name("StripedPrompt"), kind: .structure, checkout: Self.checkout.path)
    try inTemporaryFolder { folder in
      // New folders, also within new ones, and empty ones.
      try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: false)
      for path in ["\(folder)/new", "\(folder)/deep/er", "\(folder)/empty", "\(folder)/slash/"] {
        try package.write(to: path)
        for (file, text) in package.files {
          #expect(try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) == text)
        }
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["deep", "empty", "new", "slash"])
    }
  }

  @Test func nothingIsOverwrittenOrLeftBehind() throws {
    let package = PluginPackage(try name("StripedPrompt"), kind: .structure, checkout: Self.checkout.path)
    try inTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: "\(folder)/mine"))
      for path in [folder, "\(folder)/mine"] {
        let failure = try #require(throws: Failure.self) { try package.write(to: path) }
        #expect(failure.kind == .usage)
        #expect(failure.description.contains(path))
      }
      let failure = try #require(throws: Failure.self) { try package.write(to: "\(folder)/mine/below") }
      #expect(failure.kind == .failure)
      let local = PluginPackage(try name("StripedPrompt"), kind: .structure, checkout: folder)
      #expect(throws: Failure.self) { try local.write(to: "\(folder)/new") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine"])
    }
  }
}
