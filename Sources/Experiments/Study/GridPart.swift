/// A part of a ``Grid`` that only some protocols take.
public enum GridPart: String, CaseIterable, Sendable {
  /// The task that is learned on where others are tested on.
  case source
  /// The shots of few-shot learning after pretraining.
  case fewShots = "few-shots"

  /// Whether a grid has it.
  func isGiven(in grid: Grid) -> Bool {
    switch self {
    case .source: grid.source?.isEmpty == false
    case .fewShots: !grid.fewShots.isEmpty
    }
  }
}
