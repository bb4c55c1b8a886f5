import Training

/// What trains Θ*: part of its definition, since no minimiser is within reach.
public enum PromptMinimiser: Codable, Equatable, Sendable {
  /// Full-batch L-BFGS, each λ from the solution of its neighbour.
  case quasiNewton
  /// Mini-batches as the field trains them, each λ from the structure's start; the budget is the recipe's.
  case recipe(RecipeChoice)
}
