import Basics
import Foundation
import PromptLearning
import Yams

/// The settings of a command as texts, from a configuration file and the command line, which wins.
///
/// They are turned into values one after the other, and all mistakes are reported together.
struct Settings {
  private var values: [String: String] = [:]
  /// Of settings from the file where they stand there.
  private var places: [String: String] = [:]
  private var mistakes: [String] = []

  /// - Parameters:
  ///   - file: A YAML file whose keys are the options' names without dashes; nil for none.
  ///   - options: By name, nil for one that was not given.
  init(file: String?, options: [String: String?]) throws {
    if let file { try read(file, known: options.keys.sorted()) }
    for case (let name, let value?) in options {
      values[name] = value
      places[name] = nil
    }
  }

  /// Where a setting came from.
  func source(of name: String) -> String? {
    values[name] == nil ? nil : places[name] != nil ? "configuration file" : "option"
  }

  /// A text; nil if it was not given.
  func text(_ name: String) -> String? { values[name] }

  /// A text that must be given.
  mutating func required(_ name: String, _ example: String) -> String {
    guard let value = values[name], !value.isEmpty else {
      mistakes.append("--\(name) is missing, for example --\(name) \(example)")
      return ""
    }
    return value
  }

  /// The value of a text, or nil if it was not given or is a mistake, which is remembered.
  mutating func value<Value>(_ name: String, _ allowed: String, _ parse: (String) -> Value?) -> Value? {
    guard let text = values[name] else { return nil }
    guard let value = parse(text) else {
      let setting = places[name].map { "\($0): \(name)" } ?? "--\(name)"
      mistakes.append("\(setting) is \(allowed), not \(Spelling.quoted(text))")
      return nil
    }
    return value
  }

  /// A number within a range, or nil if it was not given or is a mistake, which is remembered.
  mutating func number<Number: LosslessStringConvertible & Comparable>(
    _ name: String, _ limit: Limit<Number>
  ) -> Number? {
    value(name, limit.words) { Number($0).flatMap { limit.range.contains($0) ? $0 : nil } }
  }

  /// One of the cases of an enumeration, or nil if it was not given or is none of them, which is remembered.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Choice.Type) -> Choice?
  {
    let words = Choice.allCases.map(\.rawValue)
    return value(
      name, words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""), { Choice(rawValue: $0) })
  }

  /// What `body` returns, or nil if it fails, which is remembered.
  mutating func attempt<Value>(_ body: () throws -> Value) throws -> Value? {
    do {
      return try body()
    } catch let failure as Failure where failure.kind == .usage {
      mistakes.append(failure.description)
      return nil
    }
  }

  /// - Throws: a usage ``Failure`` of all mistakes so far, if there are any.
  func check() throws {
    guard mistakes.isEmpty else { throw Failure.usage(mistakes.joined(separator: "\n")) }
  }

  private mutating func read(_ path: String, known: [String]) throws {
    let yaml: String
    do {
      yaml = String(decoding: try RegularFile.contents(of: path, limit: Self.largestFile), as: UTF8.self)
    } catch let failure as Failure {
      throw Failure.usage("the configuration file: \(failure)")
    }
    try Self.refuseAliases(yaml, path)
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml)
    } catch {
      throw Failure.usage("\(path)\(Self.describe(error))")
    }
    guard let node, let mapping = node.mapping else {
      throw Failure.usage("\(path) holds no settings; write lines such as \"task: world:shapes@sketch\"")
    }
    for (key, value) in mapping {
      let name = key.string ?? ""
      let place = "\(path), line \(key.mark?.line ?? 0)"
      guard known.contains(name) else {
        mistakes.append("\(place): " + Spelling.unknown("setting", name, known: known))
        continue
      }
      guard let text = Self.text(value) else {
        mistakes.append("\(place): \(name) must be a text or number, a plugin with its options, or a list of these")
        continue
      }
      values[name] = text
      places[name] = place
    }
  }

  /// Far more than all settings take.
  private static let largestFile = 1 << 20

  /// Aliases let some hundred bytes stand for gigabytes, and no setting needs them. They are looked for in the text, as even
  /// composing such a file can take for ever; a text with both signs but neither meaning is refused too.
  private static func refuseAliases(_ yaml: String, _ path: String) throws {
    guard yaml.contains(/&\S/), let alias = yaml.firstRange(of: /\*\S/) else { return }
    let line = yaml[..<alias.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") } + 1
    throw Failure.usage(
      "\(path), line \(line): anchors and aliases (&name, *name) are not read; write what they stand for")
  }

  /// What Yams found wrong, without the text around it, which has any length.
  private static func describe(_ error: any Error) -> String {
    func problem(_ line: Int?, _ text: String) -> String {
      (line.map { ", line \($0)," } ?? "") + " is no YAML: \(text.prefix(200))"
    }
    return switch error as? YamlError {
    case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
      problem(mark.line, text)
    case .duplicatedKeysInMapping(let keys, let context):
      problem(context.mark.line, "\(Spelling.quoted(keys.first ?? "")) is given twice")
    case .reader(let text, _, _, _): problem(nil, text)
    default: problem(nil, "\(error)")
    }
  }

  /// A scalar as it is; `{coop: {contextLength: 4}}` and lists of such as the command line writes them.
  private static func text(_ node: Node) -> String? {
    if let scalar = node.scalar { return scalar.string }
    if let sequence = node.sequence {
      let parts = sequence.map(text)
      return parts.contains(nil) || parts.isEmpty ? nil : parts.compactMap { $0 }.joined(separator: "+")
    }
    guard let mapping = node.mapping, mapping.count == 1,
      let (name, options) = mapping.first.map({ ($0.key, $0.value) }),
      let plugin = name.string, let pairs = options.mapping
    else { return nil }
    var list: [(name: String, value: String)] = []
    for (key, value) in pairs {
      guard let option = key.string, let text = value.scalar?.string else { return nil }
      list.append((option, text))
    }
    return PluginSpecification(name: plugin, options: list).text
  }
}
