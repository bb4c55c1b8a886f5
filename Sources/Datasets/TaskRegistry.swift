import Basics
import Foundation

/// The sources that names of tasks are looked up in.
public struct TaskRegistry: Sendable {
  /// The sources in the order of registration.
  public private(set) var sources: [any TaskSource.Type]
  /// The folder that published data sets lie in, for sources whose names leave it open; nil for what the environment says.
  public var root: String?
  /// Leaves broken images out of tasks; nil where one is an error.
  public var checks: ImageChecks?

  /// A registry of the given sources.
  public init(_ sources: [any TaskSource.Type], root: String? = nil) {
    (self.sources, self.root) = (sources, root)
  }

  /// The embedded world, folders, lists, published data sets and stored features.
  public static let standard = TaskRegistry([
    WorldSource.self, FolderSource.self, ListSource.self, DasslSource.self, FeaturesSource.self,
  ])

  /// This registry with more sources; one of a prefix that is there already takes its place.
  public func adding(_ more: [any TaskSource.Type]) -> TaskRegistry {
    var registry = self
    registry.sources = sources.filter { old in !more.contains { $0.prefix == old.prefix } } + more
    return registry
  }

  /// This registry with a folder of data sets where neither it nor the environment names one: where the data were is the last guess
  /// of where they are.
  public func orRoot(_ last: String?) -> TaskRegistry {
    var registry = self
    if registry.root == nil, DasslSource.environmentRoot == nil { registry.root = last }
    return registry
  }

  /// The tasks that can be listed, of all sources.
  public var listing: [TaskListing] { sources.flatMap { $0.init().listing } }

  /// The task of a name such as `world:shapes`.
  ///
  /// - Throws: a usage ``Failure`` that names the sources and the nearest task; what the source throws.
  public func task(named name: String) throws -> any ClassificationTask {
    let (source, argument) = try source(of: name)
    let task = try source.task(argument, root: root)
    guard let checks, !task.isOfEmbeddedWorld else { return task }
    return CheckedTask(task: task, checks: checks)
  }

  /// What is there of the task of a name, and what is missing.
  ///
  /// - Throws: as ``task(named:)``.
  public func check(_ name: String) throws -> TaskCheck {
    let (source, argument) = try source(of: name)
    return try source.check(argument, root: root)
  }

  private func source(of name: String) throws -> (source: any TaskSource, argument: String) {
    guard let (source, argument) = parts(of: name) else {
      let guess = meant(by: name).map { "did you mean \($0)? Names" } ?? "names"
      let forms = sources.map { "\($0.prefix):\($0.argument)" }
      throw Failure.usage(
        "there is no task \(Spelling.quoted(name)): \(guess) are \(forms.joined(separator: ", "))")
    }
    guard !argument.isEmpty else {
      let type = type(of: source)
      throw Failure.usage(
        "\(name) is no task: \(type.argument) is missing, as in \(type.prefix):\(type.argument) (\(type.summary))")
    }
    return (source, argument)
  }

  /// The names in a list separated by commas. A comma within a path does not end it: a name begins with the prefix of a source.
  public func names(inList list: String) -> [String] {
    list.split(separator: ",", omittingEmptySubsequences: false).reduce(into: []) { names, element in
      if let last = names.last, parts(of: element.trimmingCharacters(in: .whitespaces)) == nil {
        names[names.count - 1] = "\(last),\(element)"
      } else {
        names.append(element.trimmingCharacters(in: .whitespaces))
      }
    }
  }

  /// The name as a run's record keeps it, see ``TaskSource/resolved(_:)``.
  public func resolved(_ name: String) -> String {
    guard let (source, argument) = parts(of: name), !argument.isEmpty else { return name }
    return "\(type(of: source).prefix):\(source.resolved(argument))"
  }

  /// A name without folders: of a path only the last component is kept, so that a copy of the data on another machine has the
  /// same name. It follows from the name's form, and no source has to be known.
  public static func portable(_ name: String) -> String {
    let colon = name.firstIndex(of: ":")
    guard let slash = name.firstIndex(of: "/") else { return name }
    let start = colon.map { $0 < slash ? name.index(after: $0) : name.startIndex } ?? name.startIndex
    return name[..<start] + URL(fileURLWithPath: String(name[start...])).lastPathComponent
  }

  private func parts(of name: String) -> (source: any TaskSource, argument: String)? {
    guard let colon = name.firstIndex(of: ":"),
      let type = sources.first(where: { $0.prefix == name[..<colon] })
    else { return nil }
    return (type.init(), String(name[name.index(after: colon)...]))
  }

  /// A name for what was likely meant: a path that is there, or the nearest name of the listing.
  private func meant(by name: String) -> String? {
    if let source = sources.first(where: { $0.init().recognizes(name) }) { return "\(source.prefix):\(name)" }
    let listed = listing.map(\.name)
    if name.contains(":") { return Spelling.nearest(to: name, among: listed) }
    let afterColon = listed.map { String($0.drop { $0 != ":" }.dropFirst()) }
    return Spelling.nearest(to: name, among: afterColon).flatMap { afterColon.firstIndex(of: $0) }.map { listed[$0] }
  }
}
