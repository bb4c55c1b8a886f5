/// What a plugin of one's own can be.
public enum PluginKind: String, CaseIterable, Sendable {
  /// Which tensors are learned and where they enter the frozen model.
  case structure
  /// A term of the training loss.
  case supervision
}
