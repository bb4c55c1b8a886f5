/// A table as all of HTML, Markdown and LaTeX show it.
package struct Table: Sendable {
  /// A column.
  package struct Column: Sendable {
    package let title: String
    /// Whether its cells are right-aligned.
    package var isNumber = true
  }

  /// One field.
  package struct Field: Sendable {
    package let text: String
    /// The interval after the number; empty for none.
    package var interval = ""
    /// What it is sorted by; nil for its text.
    package var key: Double?
    /// Whether it is best, and its interval excludes the others.
    package var isBest = false

    init(_ text: String, interval: String = "", key: Double? = nil, isBest: Bool = false) {
      self.text = text
      self.interval = interval
      self.key = key
      self.isBest = isBest
    }

    /// What has no value.
    package static let none = Field("–")
  }

  /// What stands above it.
  package let title: String
  /// What is to know of it, in sentences.
  package let caption: String
  package let columns: [Column]
  package let rows: [[Field]]
}
