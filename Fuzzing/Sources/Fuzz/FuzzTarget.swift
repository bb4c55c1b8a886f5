/// A door through which bytes from outside come in.
enum FuzzTarget: String, CaseIterable {
  case cache, data, image, json, merges, plugin, pytorch, run, safetensors, tokenizer

  /// Does with an input what RPP would do.
  func callAsFunction(_ input: [UInt8]) throws {
    switch self {
    case .cache: try CacheTarget.run(input)
    case .data: try DataTarget.run(input)
    case .image: try ImageTarget.run(input)
    case .json: try JSONTarget.run(input)
    case .merges: try MergesTarget.run(input)
    case .plugin: try PluginTarget.run(input)
    case .pytorch: try PyTorchTarget.run(input)
    case .run: try RunTarget.run(input)
    case .safetensors: try SafeTensorsTarget.run(input)
    case .tokenizer: try TokenizerTarget.run(input)
    }
  }
}
