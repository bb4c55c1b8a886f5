import Basics
import Datasets
import PromptLearning

/// What the names in a study can mean.
public struct StudyRegistry: Sendable {
  /// The structures and supervisions.
  public var plugins: PluginRegistry
  /// The sources of tasks.
  public var tasks: TaskRegistry
  /// The protocols.
  public var protocols: [any StudyProtocol.Type]
  /// The methods beside the prompts.
  public var baselines: [any Baseline]

  /// The protocols of this package.
  public static let standardProtocols: [any StudyProtocol.Type] = [
    FewShot.self, BaseToNew.self, CrossTask.self, DomainShift.self, Pretraining.self,
  ]
  /// The baselines of this package.
  public static let standardBaselines: [any Baseline] = [LinearProbe(), ZeroShotProbe()]

  /// The given plugins, sources, protocols and baselines.
  public init(
    plugins: PluginRegistry, tasks: TaskRegistry = .standard, protocols: [any StudyProtocol.Type] = standardProtocols,
    baselines: [any Baseline] = standardBaselines
  ) {
    self.plugins = plugins
    self.tasks = tasks
    self.protocols = protocols
    self.baselines = baselines
  }

  /// The protocol of a name.
  ///
  /// - Throws: a usage ``Failure`` that names the nearest.
  public func studyProtocol(named name: String) throws -> any StudyProtocol {
    guard let type = protocols.first(where: { $0.name == name }) else {
      throw Failure.usage(Spelling.unknown("protocol", name, known: protocols.map { $0.name }))
    }
    return type.init()
  }

  /// - Throws: a usage ``Failure`` that names the protocols that take a part of a grid, if this one does not.
  public func require(_ part: GridPart, of studyProtocol: any StudyProtocol) throws {
    let type = type(of: studyProtocol)
    guard !type.takes.contains(part) else { return }
    let others = protocols.filter { $0.takes.contains(part) }.map { $0.name }
    throw Failure.usage(
      "the protocol \(type.name) does not take it"
        + (others.isEmpty ? "" : "; \(others.joined(separator: ", ")) \(others.count == 1 ? "does" : "do")"))
  }

  /// The baseline of a name.
  ///
  /// - Throws: a usage ``Failure`` that names the nearest.
  public func baseline(named name: String) throws -> any Baseline {
    guard let baseline = baselines.first(where: { $0.name == name }) else {
      throw Failure.usage(Spelling.unknown("baseline", name, known: baselines.map(\.name)))
    }
    return baseline
  }
}
