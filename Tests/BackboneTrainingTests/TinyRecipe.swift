import BackboneTraining
import CLIPModel

extension BackboneRecipe {
  /// A recipe whose loss falls within seconds.
  static func tiny(steps: Int) -> BackboneRecipe {
    var recipe = BackboneRecipe.student
    recipe.text = .init(width: 32, layers: 1, heads: 2)
    recipe.vision = .init(width: 32, layers: 1, heads: 2)
    recipe.embedDimension = 16
    recipe.steps = steps
    recipe.batchSize = 32
    recipe.warmupSteps = 5
    return recipe
  }
}

/// Learned once for all tests.
let merges = BackboneTrainer.learnMerges(seed: 1)
