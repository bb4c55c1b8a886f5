import CLIPModel

/// The rows that the learned prompts of a run put into one encoder, see ``LearnedPrompt/rows(on:)``.
public struct PromptRows: Equatable, Sendable {
  /// The run's folder, as in ``TestedCell/folder``.
  public let folder: String
  /// The encoder that they enter.
  public let encoder: Modality
  /// The encoder's width.
  public let width: Int
  /// rows × width numbers, row after row.
  public let values: [Float]

  /// Rows of the given parts.
  public init(folder: String, encoder: Modality, width: Int, values: [Float]) {
    self.folder = folder
    self.encoder = encoder
    self.width = width
    self.values = values
  }
}
