import Basics
import PromptLearning
import RPP

/// The input is the text of a structure, and of a supervision; and a value, as a configuration file can hold it.
///
/// What was read and written again is read as the same: a record holds it.
enum PluginTarget {
  static func run(_ input: [UInt8]) throws {
    let text = String(decoding: input, as: UTF8.self)
    requireSame(PluginSpecification(name: "plugin", options: [("option", text)]))
    for specification in try PluginSpecification.list(text) { requireSame(specification) }
    if let structure = try? PluginRegistry.standard.structure(text) {
      requireSame(structure.specification)
      let again = try! PluginRegistry.standard.structure(structure.specification.text)
      require(again.specification == structure.specification, "another structure is read back")
    }
    let supervision = try PluginRegistry.standard.supervision(text)
    let again = try! PluginRegistry.standard.supervision(supervision.text)
    require(again.text == supervision.text, "another supervision is read back")
  }

  private static func requireSame(_ specification: PluginSpecification) {
    let again = try! PluginSpecification(specification.text)
    require(again == specification, "another specification is read back from \(specification.text)")
  }
}
