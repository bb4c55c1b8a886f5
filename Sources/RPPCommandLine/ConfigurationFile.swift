import ArgumentParser
import Basics
import Foundation
import PromptLearning
import Yams

/// A YAML file whose keys are a command's options without dashes.
struct ConfigurationFile {
  /// The settings as the command line would have them.
  private(set) var texts: [(name: String, text: String)] = []
  /// Where each setting stands.
  private(set) var places: [String: String] = [:]
  /// What is wrong, with its place.
  private(set) var mistakes: [String] = []
  /// The settings that are wrong.
  private(set) var wrong: Set<String> = []

  /// - Parameter forms: What can stand for each option.
  /// - Throws: a usage ``Failure`` for a file that cannot be read or is no YAML. What is wrong with single settings is one of
  ///   the ``mistakes``.
  init(_ path: String, forms: [String: OptionForm]) throws {
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
      do {
        guard let form = forms[name] else {
          throw SettingMistake(": " + Spelling.unknown("setting", name, known: forms.keys.sorted()))
        }
        texts.append((name, try Self.text(value, form, name)))
        places[name] = place
      } catch let mistake as SettingMistake {
        mistakes.append("\(place)\(mistake.clause)")
        wrong.insert(name)
        // What was likely meant is not missing.
        if forms[name] == nil, let meant = Spelling.guess(for: name, among: forms.keys.sorted()) { wrong.insert(meant) }
      }
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

  /// A setting as the command line has it: scalars as they are, terms joined by `+`, lists by commas.
  private static func text(_ node: Node, _ form: OptionForm, _ name: String) throws -> String {
    let text: String?
    switch (form, node.sequence) {
    case (.value, let sequence?) where !sequence.isEmpty:
      throw SettingMistake(": \(name)" + SettingMistake.list(of: sequence.count, for: name).clause)
    case (.list, let sequence?): text = joined(sequence.map { sum($0) }, by: ",")
    case (.flag, _):
      text = node.scalar?.string
      guard let text, ["true", "false"].contains(text) else {
        throw SettingMistake(": \(name) is true or false" + (text.map { ", not \(Spelling.quoted($0))" } ?? ""))
      }
    default: text = sum(node)
    }
    if text == "" { throw SettingMistake(": \(name) is empty") }
    guard let text else {
      throw SettingMistake(": \(name) must be a text or number, a plugin with its options, or a list of these")
    }
    return text
  }

  /// One plugin or text, or a list of such, joined.
  private static func sum(_ node: Node) -> String? {
    node.sequence.map { joined($0.map(element), by: "+") } ?? element(node)
  }

  /// A scalar as a shell would have passed it; `{coop: {contextLength: 4}}` as the command line writes it.
  private static func element(_ node: Node) -> String? {
    if let text = node.scalar?.string { return text.hasPrefix("~/") ? Folder.expanded(text) : text }
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

  private static func joined(_ parts: [String?], by separator: String) -> String? {
    parts.contains(nil) || parts.isEmpty ? nil : parts.compactMap { $0 }.joined(separator: separator)
  }
}
