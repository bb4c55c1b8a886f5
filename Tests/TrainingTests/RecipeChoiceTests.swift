import CLIPModel
import Datasets
import Images
import PromptLearning
import StandardPlugins
import Testing
import Training

@Suite struct RecipeChoiceTests {
  /// CoOp's published epochs: 200 for 16 and 8 shots, 100 for 4 and 2, 50 for 1.
  @Test(
    arguments: [
      (Shots.perClass(16), 200), (.perClass(8), 200), (.perClass(5), 200), (.perClass(4), 100), (.perClass(3), 100),
      (.perClass(2), 100), (.perClass(1), 50), (.all, 200), (.inAll(1), 200),
    ] as [(Shots, Int)])
  func publishedEpochsFollowTheShots(_ shots: Shots, _ epochs: Int) throws {
    let (recipe, sources) = try RecipeChoice().resolved(for: CoOp(), on: TinyRun.backbone(), shots)
    #expect(recipe.epochs == epochs && sources["epochs"] == "published")
    #expect(recipe.learningRate == 0.002 && recipe.batchSize == 32)
    let chosen = try RecipeChoice(epochs: 7).resolved(for: CoOp(), on: TinyRun.backbone(), shots)
    #expect(chosen.recipe.epochs == 7 && chosen.sources["epochs"] == "option")
    let maple = try RecipeChoice().resolved(for: MaPLe(), on: TinyRun.backbone(), shots)
    #expect(maple.recipe.epochs == 5)
  }

  @Test func publishedRecipesChangeImagesAndCardsDoNot() throws {
    let (tiny, student) = (try TinyRun.backbone(), try Backbone(named: "embedded:student"))
    for structure in PluginRegistry.standard.structures where structure.publishedRecipe != nil {
      let prompts = try PluginRegistry.standard.structure(structure.name)
      let published = try RecipeChoice().resolved(for: prompts, on: tiny, .all)
      #expect(published.recipe.augmentation == .cropFlip && published.sources["augmentation"] == "published")
      let card = try RecipeChoice().resolved(for: prompts, on: student, .all)
      #expect(card.recipe.augmentation == .none && card.sources["augmentation"] == "card")
      let asked = try RecipeChoice(.published).resolved(for: prompts, on: student, .all)
      #expect(asked.recipe.augmentation == .cropFlip)
      let option = try RecipeChoice(augmentation: .randAugment).resolved(for: prompts, on: student, .all)
      #expect(option.recipe.augmentation == .randAugment && option.sources["augmentation"] == "option")
    }
    // There are no steps that could see a changed image.
    #expect(try RecipeChoice().resolved(for: ZeroShot(), on: tiny, .all).recipe.augmentation == .none)
  }

  @Test func theAugmentationIsPartOfTheConfiguration() throws {
    let plain = TinyRun.configuration()
    var changed = plain
    changed.augmentation = .cropFlip
    #expect(plain.json.contains("\"augmentation\":\"none\"") && changed.recipe.augmentation == .cropFlip)
    #expect(changed.differences(from: plain) == ["augmentation is none there, crop-flip here"])
    #expect(changed.digests["augmentation"] != plain.digests["augmentation"])
    #expect(changed.digests.filter { $0.key != "augmentation" } == plain.digests.filter { $0.key != "augmentation" })
  }
}
