import CLIPModel
import Datasets
import PromptLearning

extension Grid {
  /// The same with the shared counterparts among the structures, each behind the first that it belongs to, if
  /// ``addsEqualParameters`` says so.
  ///
  /// - Throws: a usage ``Failure`` where a structure's options do not fit the backbone.
  func withEqualParameters(
    on backbone: Backbone, tasks: [String: any ClassificationTask], _ plugins: PluginRegistry
  ) throws -> Grid {
    guard addsEqualParameters else { return self }
    // One counterpart for all tasks, so its prompts must have room beside every class name.
    let used = self.tasks + (source.map { [$0] } ?? [])
    let names = Set(used.flatMap { tasks[$0]?.classNames ?? [] }).sorted()
    let context = try PromptContext(backbone: backbone, classNames: names, template: "{}")
    var grid = self
    grid.structures = []
    var known = Set(try structures.map { try plugins.structure($0).specification.text })
    for text in structures {
      grid.structures.append(text)
      guard let structure = try plugins.structure(text) as? any HasSharedCounterpart,
        let counterpart = try structure.sharedCounterpart(context),
        known.insert(counterpart.specification.text).inserted
      else { continue }
      grid.structures.append(counterpart.shortSpecification.text)
    }
    return grid
  }
}
