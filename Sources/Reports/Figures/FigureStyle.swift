/// What a method looks like in all figures: the structure decides colour and marker, the supervision dash and filling.
package struct FigureStyle: Sendable {
  let labels: Labels
  private let structures: [String: Int]
  private let supervisions: [String]

  package init(_ methods: [Method]) {
    labels = Labels(methods)
    let learned = methods.filter { $0.kind != .reference }
    structures = Self.places(Set(learned.map(\.structure)))
    supervisions = Set(learned.map(\.supervision)).sorted()
  }

  /// The places of structures in the palette: methods of the literature always have the same, so that reports look alike;
  /// others take what is left, by name.
  private static func places(_ structures: Set<String>) -> [String: Int] {
    let usual = ["coop", "maple", "ivlp", "sapl", "vpt", "cocoop"]
    var places: [String: Int] = [:]
    let sorted = structures.sorted()
    for (place, name) in usual.enumerated() {
      if let text = sorted.first(where: { Labels.name($0) == name }) { places[text] = place }
    }
    for text in sorted where places[text] == nil {
      places[text] = (0...).first { !places.values.contains($0) }
    }
    return places
  }

  package func colour(_ method: Method) -> String {
    method.kind == .reference
      ? Palette.grey : Palette.series[(structures[method.structure] ?? 0) % Palette.series.count]
  }

  /// gnuplot's number of the marker, filled or open.
  package func marker(_ method: Method, isFilled: Bool? = nil) -> Int {
    let filled = [7, 5, 9, 13, 11, 15]
    let place = method.kind == .reference ? 0 : structures[method.structure] ?? 0
    let isFilled = isFilled ?? (supervisionPlace(method) % 2 == 0)
    return filled[place % filled.count] - (isFilled ? 0 : 1)
  }

  /// gnuplot's dash type, as it stands after `dt`.
  package func dash(_ method: Method) -> String {
    if method.kind == .reference { return "(2,4)" }
    let dashes = ["solid", "(10,4)", "(4,4)", "(14,4,3,4)"]
    // A pretrained start is a second sign beside the supervision's.
    return dashes[(supervisionPlace(method) + (method.start == "usual" ? 0 : 2)) % dashes.count]
  }

  private func supervisionPlace(_ method: Method) -> Int { supervisions.firstIndex(of: method.supervision) ?? 0 }
}
