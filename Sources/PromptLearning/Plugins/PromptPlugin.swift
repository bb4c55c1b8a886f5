/// What structures and supervisions have in common: a name to be found by, and options.
public protocol PromptPlugin: Sendable {
  /// The type of its options.
  associatedtype Options: PluginOptions

  /// The name on the command line: lower case, words joined by hyphens.
  static var name: String { get }
  /// One line on what it does.
  static var summary: String { get }
  /// Authors, title, year of what it follows; nil if nothing was published.
  static var paper: String? { get }

  /// The options that this instance was made with.
  var options: Options { get }
  /// An instance with the given options.
  init(options: Options)
}

extension PromptPlugin {
  /// The plugin and all of its options as a text that names it again.
  public var specification: PluginSpecification {
    PluginSpecification(name: Self.name, options: options.values)
  }

  /// The same without the options that have their defaults: what a person would write.
  public var shortSpecification: PluginSpecification {
    let defaults = Dictionary(uniqueKeysWithValues: Options().values.map { ($0.name, $0.value) })
    return PluginSpecification(name: Self.name, options: options.values.filter { defaults[$0.name] != $0.value })
  }

  /// An instance whose options are the defaults but for what is set.
  ///
  /// ```swift
  /// let structure = CoOp { $0.contextLength = 4 }
  /// ```
  public init(_ configure: (inout Options) -> Void) {
    var options = Options()
    configure(&options)
    self.init(options: options)
  }

  static func make(_ specification: PluginSpecification) throws -> Self {
    Self(options: try Options(specification))
  }

  /// Its options with their defaults, for lists and documentation.
  public static var optionDescriptions: [OptionDescription] {
    let defaults = Options()
    return Options.all.map {
      OptionDescription(
        name: $0.name, type: $0.type, defaultValue: $0.read(defaults), allowed: $0.allowed, summary: $0.summary)
    }
  }
}

/// One option of a plugin as lists and documentation show it.
public struct OptionDescription: Codable, Equatable, Sendable {
  /// The name, as in `contextLength=4`.
  public let name: String
  /// What kind of value it takes.
  public let type: OptionType
  /// What holds when it is not given.
  public let defaultValue: String
  /// What a value may be, in words.
  public let allowed: String
  /// What it means.
  public let summary: String
}
