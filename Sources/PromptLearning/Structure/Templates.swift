import CLIP
import Tensors

extension PromptContext {
  /// The normalised features of all classes in hand-written templates, averaged over these and normalised again,
  /// `[classes, embed]`.
  ///
  /// - Parameter templates: Separated by `|`; nil for the task's own.
  public func textFeatures(templates: String?, of model: CLIP) throws -> Variable {
    try model.textFeatures(averaging: try sequences(templates: templates))
  }

  /// Each class name in every one of some templates.
  ///
  /// - Parameter templates: Separated by `|`; nil or empty for the task's own.
  public func sequences(templates: String?) throws -> [TextPrompts] {
    let list = (templates ?? "").split(separator: "|").map(String.init)
    return try (list.isEmpty ? [template] : list).map { try sequences(template: $0) }
  }
}

extension CLIP {
  /// The normalised features of texts; of several lists, their mean, normalised again.
  func textFeatures(averaging texts: [TextPrompts]) throws -> Variable {
    let each = try texts.map { try textFeatures($0).rowsNormalized() }
    guard each.count > 1 else { return each[0] }
    return (each.dropFirst().reduce(each[0], +) * (1 / Float(each.count))).rowsNormalized()
  }
}
