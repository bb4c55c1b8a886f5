/// The report's colours: those of Okabe and Ito (2008), which the colour-blind can tell apart too; ink and greys for the rest.
///
/// A figure as a file has these colours. In the page each becomes a CSS variable, so that one picture follows light, dark and
/// print.
enum Palette {
  /// The ground.
  static let paper = "#fefefe"
  /// Text and axes.
  static let ink = "#1a1a1a"
  /// References, as zero-shot.
  static let grey = "#6e6e6e"
  /// Grid lines.
  static let faint = "#d4d4d4"
  /// One after the other for structures.
  static let series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442"]

  /// Each colour and the CSS variable that it is in the page.
  static let variables: [(colour: String, variable: String)] =
    [(paper, "paper"), (ink, "ink"), (grey, "grey"), (faint, "faint")] + series.enumerated().map { ($1, "c\($0 + 1)") }
}
