import Basics
import CLIPModel
import Tensors

extension PromptContext {
  /// Each class name in every one of some templates.
  ///
  /// - Parameter templates: Separated by `|`, `domain` standing for ``domainTemplate``; nil or empty for the task's own.
  /// - Throws: a usage ``Failure`` if a template has no `{}`, or the task has no domain template.
  public func sequences(templates: String?) throws -> [TextPrompts] {
    let list = (templates ?? "").split(separator: "|").map(String.init)
    return try (list.isEmpty ? [template] : list).map { name in
      guard name == Self.domain else { return try sequences(template: name) }
      guard let domainTemplate else {
        throw Failure.usage("template=\(Self.domain): the task has no template for the style of its images")
      }
      return try sequences(template: domainTemplate)
    }
  }

  /// What stands for the task's domain template among templates.
  public static let domain = "domain"
}

extension CLIP {
  /// The normalised features of texts; of several lists, their mean, normalised again.
  func textFeatures(averaging texts: [TextPrompts]) throws -> Variable {
    Self.averaging(try texts.map { try textFeaturesOfRanks($0).rowsNormalized() })
  }

  /// The mean of several lists of normalised features, normalised again; the only list as it is.
  package static func averaging(_ each: [Variable]) -> Variable {
    guard each.count > 1 else { return each[0] }
    return (each.dropFirst().reduce(each[0], +) * (1 / Float(each.count))).rowsNormalized()
  }
}
