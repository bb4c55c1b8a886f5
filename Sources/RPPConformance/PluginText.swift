import Basics
import PromptLearning

/// What is required of the texts of any plugin.
enum PluginText {
  /// Adds what is wrong with name, summary and specification.
  ///
  /// - Returns: The plugin that its own specification names; nil if it names none.
  static func check<Plugin: PromptPlugin>(_ plugin: Plugin, _ findings: inout Findings) -> Plugin? {
    let (name, summary) = (Plugin.name, Plugin.summary)
    let isWord = { (word: Substring) in
      !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
    }
    if !name.split(separator: "-", omittingEmptySubsequences: false).allSatisfy(isWord) {
      findings.add(.name, "\"\(name)\" is not made of lower-case words joined by hyphens")
    }
    if !summary.contains(where: { !$0.isWhitespace }) || summary.contains(where: \.isNewline) {
      findings.add(.summary, "\"\(summary)\" is not one line on what the plugin does")
    }
    let text = plugin.specification.text
    var again: Plugin?
    findings.check(.specification) {
      let read = Plugin(options: try Plugin.Options(try PluginSpecification(text)))
      guard read.specification == plugin.specification else {
        return ["\(text) reads as \(read.specification.text)"]
      }
      again = read
      return []
    }
    return again
  }
}
