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
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.usage("the configuration file \(path) cannot be read")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))
    } catch {
      throw Failure.usage("\(path) is no YAML: \("\(error)".split(separator: "\n").joined(separator: " "))")
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
