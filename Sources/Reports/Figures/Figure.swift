/// Pictures that belong together, with what stands around them in the page.
struct Figure: Sendable {
  /// What is drawn, or why nothing is.
  enum Result: Sendable {
    case figure(Figure)
    case leftOut(String)
  }

  /// The anchor in the page.
  let id: String
  /// The finding.
  let title: String
  /// How to read it, in a sentence or two.
  let caption: String
  /// The file whose rows it shows.
  let data: String
  /// The pictures.
  let panels: [Panel]
  /// Whether it is shown only when asked for.
  var isFolded = false
}

/// One picture.
struct Panel: Sendable {
  /// The name of its file, without ending.
  let name: String
  /// gnuplot's script, which writes the SVG to standard output.
  let script: String
  /// What a reader who does not see it is told.
  let alternative: String
}
