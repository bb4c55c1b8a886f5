import Basics
import CLIPModel
import Tensors

/// A structure that has something of its own to record about where it starts.
public protocol StartDiagnostics: PromptStructure {
  /// Numbers about the start, by name, for the record of a run.
  ///
  /// - Parameters:
  ///   - images: Some training images as the prompted model takes them.
  ///   - stream: What the initial parameters are drawn from.
  func startDiagnostics(
    _ context: PromptContext, images: PromptedCLIP.Images, stream: RandomStream
  ) throws -> [String: Double]
}
