/// Help for those who mistyped a name.
public enum Spelling {
  /// A name for an error message: in quotes, on one line, of bounded length whatever a file holds.
  public static func quoted(_ name: String) -> String {
    let scalars = name.unicodeScalars
    let start = String(scalars.prefix(longest))
    return start.debugDescription + (start.unicodeScalars.count < scalars.count ? "…" : "")
  }

  /// The name with the fewest insertions, deletions and replacements from `name` (the first of those), if there is any.
  ///
  /// Looks at the first 10,000 names only, and at the start of each: it must stay quick on any file.
  public static func nearest(to name: String, among names: [String]) -> String? {
    let wanted = Array(name.unicodeScalars.prefix(longest))
    return names.prefix(10_000)
      .map { (name: $0, distance: distance(wanted, Array($0.unicodeScalars.prefix(longest)))) }
      .min { $0.distance < $1.distance }?.name
  }

  /// "there is no WHAT NAME; did you mean NEAREST? (known: …)", or without the guess where nothing comes close.
  public static func unknown(_ what: String, _ name: String, known: [String]) -> String {
    guard !known.isEmpty else { return "there is no \(what) \(quoted(name))" }
    let guess = guess(for: name, among: known).map { "; did you mean \($0)?" } ?? ""
    return "there is no \(what) \(quoted(name))\(guess) (known: \(known.joined(separator: ", ")))"
  }

  /// The nearest name, if it is near enough that it was likely meant.
  public static func guess(for name: String, among known: [String]) -> String? {
    guard let nearest = nearest(to: name, among: known) else { return nil }
    let isClose =
      distance(Array(name.unicodeScalars.prefix(longest)), Array(nearest.unicodeScalars)) <= max(2, name.count / 2)
      || nearest.hasPrefix(name)
    return isClose ? nearest : nil
  }

  private static let longest = 120

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let replaced = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
