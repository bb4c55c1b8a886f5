/// A table as all of HTML, Markdown and LaTeX show it.
struct Table: Sendable {
  /// A column.
  struct Column: Sendable {
    let title: String
    /// Whether its cells are right-aligned.
    var isNumber = true
  }

  /// One field.
  struct Field: Sendable {
    let text: String
    /// The interval after the number; empty for none.
    var interval = ""
    /// What it is sorted by; nil for its text.
    var key: Double?
    /// Whether it is best, and its interval excludes the others.
    var isBest = false

    init(_ text: String, interval: String = "", key: Double? = nil, isBest: Bool = false) {
      self.text = text
      self.interval = interval
      self.key = key
      self.isBest = isBest
    }

    /// What has no value.
    static let none = Field("–")
  }

  /// What stands above it.
  let title: String
  /// What is to know of it, in sentences.
  let caption: String
  let columns: [Column]
  let rows: [[Field]]
}
