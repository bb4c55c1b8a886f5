import Basics
import PromptLearning

/// What a plugin of one's own is called: the name of its Swift type, and the one on the command line made of it.
public struct PluginName: Sendable {
  /// In upper camel case, as in `StripedPrompt`.
  public let type: String
  /// In lower case with hyphens, as in `striped-prompt`.
  public let command: String
  /// A plugin that is there already whose name differs in hyphens only, as `coop` from `co-op`.
  public let lookalike: String?

  /// A name for a plugin that is not there yet.
  ///
  /// - Throws: a usage `Failure` if the text is no name of a Swift type, or taken: by a plugin, by a module of RPP, or by
  ///   something that the example needs.
  public init(_ type: String, kind: PluginKind, registry: PluginRegistry) throws {
    guard type.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil else {
      let words = type.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
      let camelCase = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      let guess = camelCase.first?.isLetter == true ? "; did you mean \(camelCase)?" : ""
      throw Failure.usage(
        "the name of a plugin is that of a Swift type, a capital followed by letters and digits, as StripedPrompt, not "
          + Spelling.quoted(type) + guess)
    }
    self.type = type
    let command = Self.hyphenated(type)
    self.command = command
    let plugins = registry.structures.map { $0.name } + registry.supervisions.map { $0.name }
    lookalike = plugins.first { $0 != command && $0.replacing("-", with: "") == command.replacing("-", with: "") }
    if plugins.contains(command) {
      throw Failure.usage("there is a plugin \(command) already; choose another name than \(type)")
    }
    let source = PluginExample.source(kind, type: "", command: "")
    let used = Set(source.matches(of: /\b[A-Z]\w*/).map { String($0.output).lowercased() })
    let modules = Set(Self.modules.map { $0.lowercased() })
    if Self.words.union(modules).union(used).contains(type.lowercased()) {
      throw Failure.usage("\(type) means something else in Swift or in RPP; choose another name")
    }
  }

  /// The modules that a plugin's package is built with: two of one name cannot be in one program.
  static let modules =
    [
      "BackboneTraining", "Basics", "BoundAnalysis", "CCairo", "CGSL", "CHalfProducts", "CImageCodecs", "CLAPACKE",
      "CLIPModel", "CMPI",
      "COpenBLAS",
      "CVectorKernels", "CXXHash", "CZlib", "CommandLineTool", "Datasets", "EmbeddedWorld", "Experiments",
      "FeatureStore", "Images", "MPIRanks", "MPITool", "Optimization", "PromptBounds", "PromptLearning", "RPP",
      "RPPAnalysis",
      "RPPCommandLine",
      "PyTorchFiles", "RPPConformance", "Reports", "SafeTensors", "StandardPlugins", "Statistics", "Tensors",
      "TestSupport",
      "Tokenization", "Training",
    ] + [
      "ArgumentParser", "ArgumentParserToolInfo", "CYaml", "Foundation", "Mustache", "Swift", "Testing", "XCTest",
      "Yams",
    ]

  /// What no type can be called.
  private static let words: Set<String> = ["any", "protocol", "self", "type"]

  /// `StripedPrompt` as `striped-prompt`, `KDLoss` as `kd-loss`.
  private static func hyphenated(_ type: String) -> String {
    let letters = Array(type)
    return letters.indices.reduce(into: "") { text, index in
      let startsWord =
        index > 0 && letters[index].isUppercase
        && (!letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      text += (startsWord ? "-" : "") + letters[index].lowercased()
    }
  }
}
