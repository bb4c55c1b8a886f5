/// Where X, which losses are taken to lie below, is from.
public enum LossLimit: String, CaseIterable, Codable, Sendable {
  /// X* of the source: the largest loss on the training set itself, of each draw its own.
  case trainingMaximum
  /// The largest loss on the held-out pool of Θ*(λ) over all localised draws of the size: one number for all draws.
  case heldOutMaximum
  /// ``FamilyFacts/lossCap``, which needs no data.
  case dataFreeCap
}
