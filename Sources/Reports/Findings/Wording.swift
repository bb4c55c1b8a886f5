import Statistics

/// Numbers and names as sentences.
struct Wording: Sendable {
  let labels: Labels

  /// Where a group was tested: `on new classes of 2 tasks`.
  func place(_ group: Grid.Group) -> String { "\(group.setting.classes.inSentence) of \(tasks(group))" }

  /// The tasks of a group: `2 tasks`, `2 other tasks than learned on`, or the one's name.
  func tasks(_ group: Grid.Group) -> String {
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

  /// `sapl tests 1.7 points above coop`; only for what is decided.
  func difference(_ comparison: Comparison, _ a: String, _ b: String) -> String {
    let isAbove = comparison.difference > 0
    let points = NumberText.points(abs(comparison.difference)).drop { $0 == "+" }
    return "\(a) tests \(points) points \(isAbove ? "above" : "below") \(b)"
  }

  /// How many more seeds decide.
  func seeds(_ decision: SeedsToDecide?) -> String {
    switch decision {
    case .more(let count): "about \(NumberText.count(count, "more seed")) would decide it"
    case .moreThan(let count): "more than \(NumberText.whole(count)) further seeds would be needed"
    case .notBySeeds: "no number of seeds would decide it on these test images: more images are needed"
    case nil: "how many more seeds would decide it cannot be told"
    }
  }
}
