/// A structure that learns for several parts of a row what others derive from one shared token, and can say which shared prompts
/// are as large: what separates "unshared is better" from "more parameters are better".
public protocol HasSharedCounterpart: PromptStructure {
  /// The same structure with everything shared and as many prompts as bring the number of learned numbers nearest to this one's;
  /// nil where nothing is unshared.
  ///
  /// - Parameter context: The backbone, and all classes that the prompts must have room for.
  /// - Throws: a usage ``Failure`` where the options do not fit the backbone.
  func sharedCounterpart(_ context: PromptContext) throws -> Self?
}
