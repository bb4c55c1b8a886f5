import CLIPModel
import FeatureStore
import PromptLearning
import Training

extension Study {
  /// On how many test images attention to prompts is measured, at most.
  private static let attentionImages = 16
  /// How many texts they may make, where each image has its own.
  private static let attentionTexts = 1024

  /// The attention to the prompts that a cell learned, on all learned classes and some of their test images.
  func attention(to prompt: LearnedPrompt, of cell: Cell) throws -> [AttentionToPrompts] {
    guard prompt.parameters.count > 0 else { return [] }
    let task = tasks[cell.task]!
    let names = try task.classNames(cell.classes)
    let model = try prompt.model(
      on: backbone, classNames: names, template: task.template, domainTemplate: task.domainTemplate)
    let test = try task.testSet(cell.classes)
    // Attention is measured where images are.
    guard test.features == nil else { return [] }
    var count = min(Self.attentionImages, test.count)
    if model.dependsOnImage { count = min(count, max(1, Self.attentionTexts / names.count)) }
    guard count > 0 else { return [] }
    // Test sets are often sorted by class: all through the set, not its beginning.
    let images = try test.tensor((0..<count).map { $0 * test.count / count }, preprocessing: backbone.preprocessing)
    return try model.attentionToPrompts(images, parameters: prompt.parameters)
      .map { AttentionToPrompts(encoder: $0.key, layers: $0.value) }
      .sorted { $0.encoder.rawValue < $1.encoder.rawValue }
  }
}
