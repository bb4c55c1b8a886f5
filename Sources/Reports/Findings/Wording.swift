import Statistics

/// Numbers and names as sentences.
struct Wording: Sendable {
  let labels: Labels

  /// Where a group was tested: `on new classes of 2 tasks`.
  func place(_ group: TestedGrid.Group) -> String { "\(group.setting.classes.inSentence) of \(tasks(group))" }

  /// The tasks of a group: `2 tasks`, `2 other tasks than learned on`, or the one's name.
  func tasks(_ group: TestedGrid.Group) -> String {
    let pairs = group.pairs
    guard pairs.count == 1 else {
      return group.scope == .others ? "\(pairs.count) other tasks than learned on" : "\(pairs.count) tasks"
    }
    return group.scope == .others
      ? "\(pairs[0].tested.printable) (learned on \(pairs[0].task.printable))" : pairs[0].tested.printable
  }

  /// A test's size: `3 seeds, 480 test images`.
  func size(seeds: Int, images: Int) -> String {
    (seeds > 0 ? "\(NumberText.count(seeds, "seed")), " : "") + NumberText.count(images, "test image")
  }

  /// The interval and the test's size, in brackets.
  func interval(_ comparison: Comparison) -> String {
    "(95 % interval \(NumberText.points(comparison.low)) to \(NumberText.points(comparison.high)); "
      + "\(size(seeds: comparison.seeds, images: comparison.images)))"
  }

  /// Points without a sign, after which "above" or "below" stands.
  func points(_ value: Double) -> String { String(NumberText.points(value).drop { $0 == "+" }) }

  /// The interval of a decided difference as a distance: `(1.2 to 2.2)`.
  func distance(_ comparison: Comparison) -> String {
    comparison.difference > 0
      ? "(\(points(comparison.low)) to \(points(comparison.high)))"
      : "(\(points(-comparison.high)) to \(points(-comparison.low)))"
  }

  /// How many more seeds decide.
  func seeds(_ decision: SeedsToDecide?) -> String {
    switch decision {
    case .more(let count): "about \(NumberText.count(count, "more seed")) would decide"
    case .moreThan(let count): "more than \(NumberText.whole(count)) more seeds needed"
    case .notBySeeds: "no seeds decide on these images: more images needed"
    case nil: "how many seeds would decide cannot be told"
    }
  }
}
