import Basics

/// Short names of methods for pictures and sentences: without options wherever what is left is still one of its kind.
package struct Labels: Sendable {
  private let structures: [String: String]
  private let supervisions: [String: String]
  private let starts: [String: String]
  /// Structures and supervisions with one pretrained start, which needs no name.
  private let hasOneStart: Set<[String]>

  package init(_ methods: some Collection<Method>) {
    structures = Self.short(Set(methods.map(\.structure)), [Self.name])
    // Terms are joined by `+`; an option's value has no name before it.
    supervisions = Self.short(Set(methods.map(\.supervision).filter { !$0.isEmpty }), [Self.names])
    starts = Self.short(Set(methods.map(\.start).filter { $0 != "usual" }), [Self.pretrainingLabels])
    let pretrained = Dictionary(grouping: Set(methods.filter { $0.start != "usual" })) {
      [$0.structure, $0.supervision]
    }
    hasOneStart = Set(pretrained.filter { $0.value.count == 1 }.keys)
  }

  package func structure(_ text: String) -> String { structures[text] ?? Self.cut(text) }

  package func supervision(_ text: String) -> String { supervisions[text] ?? Self.cut(text) }

  /// `coop`, and where it started unless that is usual.
  package func structure(_ method: Method) -> String {
    structure(method.structure) + (method.start == "usual" ? "" : ", \(start(method))")
  }

  /// `usual`, `pretrained`, or where a method started that has several pretrained starts: `pretrained with hard-label`.
  func start(_ method: Method) -> String {
    if method.start == "usual" { return "usual" }
    return hasOneStart.contains([method.structure, method.supervision]) ? "pretrained" : start(method.start)
  }

  func start(_ text: String) -> String { starts[text] ?? Self.cut(text) }

  /// `coop with hard-label`, and where it started unless that is usual.
  package func method(_ method: Method) -> String {
    if method.supervision.isEmpty { return structure(method) }
    return "\(structure(method.structure)) with \(supervision(method.supervision))"
      + (method.start == "usual" ? "" : ", \(start(method))")
  }

  /// Names of tasks as corners of a radar: without what all of them begin with up to a `:`, as `world:`.
  package static func taskNames(_ tasks: [String]) -> [String] {
    guard let first = tasks.first, let colon = first.firstIndex(of: ":") else { return tasks }
    let source = first[...colon]
    return tasks.allSatisfy { $0.hasPrefix(source) && $0.count > source.count }
      ? tasks.map { String($0.dropFirst(source.count)) } : tasks
  }

  /// The name before the options.
  static func name(_ text: String) -> String { String(text.prefix { $0 != ":" }) }

  /// The names of a supervision's terms.
  static func names(_ supervision: String) -> String {
    supervision.split(separator: "+").map { name(String($0)) }.joined(separator: " + ")
  }

  /// `pretrained with hard-label` of `pretrained on TASK hard-label 8 shots 4 epochs`.
  private static func pretrainingLabels(_ start: String) -> String {
    let words = start.split(separator: " ")
    return words.count > 3 ? "pretrained with \(names(String(words[3])))" : start
  }

  private static func short(_ texts: Set<String>, _ shorter: [(String) -> String]) -> [String: String] {
    var labels: [String: String] = [:]
    for text in texts.sorted() {
      let candidate = shorter.first { candidate in texts.count { candidate($0) == candidate(text) } == 1 }
      let label = cut(candidate.map { $0(text) } ?? text)
      var unique = label
      var number = 2
      while labels.values.contains(unique) {
        unique = "\(label) #\(number)"
        number += 1
      }
      labels[text] = unique
    }
    return labels
  }

  /// At most 40 characters on one line, the middle left out.
  package static func cut(_ text: String, to limit: Int = 40) -> String {
    let line = text.printable
    return line.count <= limit ? line : "\(line.prefix(limit / 2))…\(line.suffix(limit - limit / 2 - 1))"
  }
}
