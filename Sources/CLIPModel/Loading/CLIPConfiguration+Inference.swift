import Basics
import SafeTensors

extension CLIPConfiguration {
  /// The sizes that weights under OpenAI's names imply, as `build_model` of OpenAI's code reads them: heads of 64 columns
  /// and quick GELU.
  ///
  /// - Throws: ``Failure`` if a weight that tells a size is missing or of another form.
  init(inferredFrom file: some OpenAIWeights) throws {
    func shape(_ name: String, rank: Int) throws -> [Int] {
      guard file.contains(name) else { throw Failure("\(file.path): the weight \(name) is missing") }
      let shape = try file.shape(of: name)
      guard shape.count == rank else {
        throw Failure("\(file.path): the weight \(name) has the shape \(shape), not one of \(rank) dimensions")
      }
      return shape
    }
    func tower(_ name: String, _ prefix: String, width: Int) throws -> Tower {
      guard width > 0, width % 64 == 0 else {
        throw Failure(
          "\(file.path): how many heads share the \(name) width \(width) cannot be told (CLIP's have 64 columns); "
            + "metadata with a configuration would say")
      }
      let layers = file.names.filter { $0.hasPrefix("\(prefix).resblocks.") && $0.hasSuffix(".attn.in_proj_weight") }
      let hidden = try shape("\(prefix).resblocks.0.mlp.c_fc.weight", rank: 2)[0]
      return Tower(width: width, layers: layers.count, heads: width / 64, hiddenWidth: hidden)
    }
    let patches = try shape("visual.conv1.weight", rank: 4)
    let positions = try shape("visual.positional_embedding", rank: 2)[0]
    let grid = Int(Double(max(positions - 1, 0)).squareRoot().rounded())
    let (imageSize, overflow) = grid.multipliedReportingOverflow(by: patches[3])
    guard !overflow else { throw Failure("\(file.path): \(positions) patches of \(patches[3]) pixels are too many") }
    self.init(
      text: try tower("text", "transformer", width: shape("ln_final.weight", rank: 1)[0]),
      vision: try tower("vision", "visual.transformer", width: patches[0]),
      embedDimension: try shape("text_projection", rank: 2)[1],
      contextLength: try shape("positional_embedding", rank: 2)[0],
      vocabularySize: try shape("token_embedding.weight", rank: 2)[0], patchSize: patches[3], imageSize: imageSize,
      activation: .quickGELU)
  }
}
