extension String {
  /// The text on one line and safe to show: control characters (line breaks and escapes among them) and those that reverse
  /// the direction of writing stand as `\n` or `\u{1B}`.
  ///
  /// Names of files and classes, and what files hold, can be made to rewrite what a terminal shows.
  public var printable: String { escaping { !isHarmless($0) } }

  /// The same, but lines stay lines.
  public var printableLines: String { escaping { !isHarmless($0) && $0 != "\n" } }

  private func escaping(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if isEscaped(scalar) { text += scalar.escaped(asASCII: true) } else { text.unicodeScalars.append(scalar) }
    }
  }

  private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: false
    // Joiners are formats too, and belong to words of many languages.
    case .format: scalar.value == 0x200C || scalar.value == 0x200D || scalar.value == 0xAD
    default: true
    }
  }
}
