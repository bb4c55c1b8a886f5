import Basics
import Mustache

/// The page's parts as they were when the program was built.
package enum Templates {
  /// The parts that other parts are made of, by name.
  package static let parts: [(name: String, text: String)] = [
    ("Page", text(PackageResources.Page_mustache)), ("Findings", text(PackageResources.Findings_mustache)),
    ("Figure", text(PackageResources.Figure_mustache)), ("Table", text(PackageResources.Table_mustache)),
    ("Making", text(PackageResources.Making_mustache)),
  ]

  static var style: String { text(PackageResources.Style_css) }
  static var script: String { text(PackageResources.Sorting_js) }

  /// A whole page.
  static func page(_ context: [String: Any]) throws -> String {
    MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
    do {
      var library = MustacheLibrary()
      for part in parts { try library.register(part.text, named: part.name) }
      guard let page = library.render(context, withTemplate: "Page") else { throw Failure("the page has no template") }
      return page
    } catch let error as MustacheLibrary.ParserError {
      throw Failure("a template of the report: \(error.error)")
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
