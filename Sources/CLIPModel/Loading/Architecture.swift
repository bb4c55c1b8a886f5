import Basics
import SafeTensors

/// Tells CLIP's vision transformers from models that look like them, by the names of their weights.
enum Architecture {
  /// Tensors of OpenAI's files that are no weights.
  static let openAIBuffers = ["input_resolution", "context_length", "vocab_size"]

  /// - Throws: ``Failure`` saying what a file is, if it is no CLIP with vision transformer under OpenAI's names.
  static func requireOpenAI(_ file: some OpenAIWeights) throws {
    try requireNoBias(file.names, origin: file.path)
    func has(_ prefix: String) -> Bool { file.names.contains { $0.hasPrefix(prefix) } }
    let problem: String? =
      if has("text_model.") || has("vision_model.") {
        "these are Hugging Face's names; give the directory, with its config.json, instead of the file"
      } else if has("visual.layer1.") {
        "a ResNet CLIP (visual.layer1); only vision transformers are supported"
      } else if has("visual.trunk.") || has("text.") {
        "one of OpenCLIP's other architectures (visual.trunk, text.); only CLIP's own vision transformers are supported"
      } else if !has("visual.") {
        "no CLIP: it has no vision tower (visual.…)"
      } else if !has("token_embedding.") && !has("transformer.") {
        "no CLIP: it has no text tower (token_embedding, transformer.…)"
      } else {
        nil
      }
    if let problem { throw Failure("\(file.path): \(problem)") }
  }

  /// - Throws: ``Failure`` if a Hugging Face model has not both of CLIP's towers.
  static func requireHuggingFace(_ names: [String], origin: String) throws {
    try requireNoBias(names, origin: origin)
    for (prefix, tower) in [("text_model.", "text"), ("vision_model.", "vision")] {
      guard names.contains(where: { $0.hasPrefix(prefix) }) else {
        throw Failure("\(origin): no CLIP: it has no \(tower) tower (\(prefix)…)")
      }
    }
  }

  /// - Throws: ``Failure`` naming a weight that the model has no use for: then it is another model than it seems.
  static func requireNothingElse(
    _ names: [String], besides known: [String], ignoring buffers: [String], origin: String
  ) throws {
    let expected = Set(known + buffers)
    if let other = names.first(where: { !expected.contains($0) }) {
      throw Failure("\(origin): the weight \(other.debugDescription) has no place in a CLIP of these sizes")
    }
  }

  private static func requireNoBias(_ names: [String], origin: String) throws {
    if names.contains("logit_bias") { throw Failure("\(origin): a SigLIP (logit_bias); only CLIP is supported") }
  }
}
