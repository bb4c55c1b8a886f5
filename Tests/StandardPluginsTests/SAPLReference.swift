import Basics
import CLIPModel
import Foundation
import StandardPlugins
import Tensors

/// CLIP with SAPL written straight from its definition: numbers in Double, plain loops, a full sequence for every class and
/// every image, every row with its own residual stream where it has one. Nothing is shared with the encoders but the weights.
/// Which tensors exist is not decided here: a token that exists in a layer enters the stream there.
struct SAPLReference {
  /// A row of a sequence; those of prompts have an index among them.
  private struct Row {
    var stream: [Double]?
    var prompt: Int?
  }

  private let configuration: CLIPConfiguration
  private let weights: [String: [[Double]]]
  private let space: LayerPrompt.Space
  private let unshared: Set<SAPL.Component>
  private let parameters: [String: [[Double]]]
  private let lengths: [Modality: Int]
  private let depths: [Modality: Int]

  init(
    _ backbone: BackboneWeights, parameters: [String: Tensor], textDepth: Int, visionDepth: Int,
    _ options: SAPL.Options
  ) {
    configuration = backbone.configuration
    weights = backbone.tensors.mapValues(Self.matrix)
    self.parameters = parameters.mapValues(Self.matrix)
    depths = [.text: textDepth, .vision: visionDepth]
    lengths = [.text: options.branches.textLength, .vision: options.branches.visionLength]
    (space, unshared) = (options.space, options.unshared)
  }

  /// exp(logit scale) · cosine of every image with every class.
  ///
  /// - Parameter classes: Each class's tokens from start to end, without prompts: these stand behind the start token.
  func logits(images: Tensor, classes: [[Int]]) -> [[Double]] {
    let scale = exp(weights["logit_scale"]![0][0])
    let texts = classes.map { unit(textFeature($0)) }
    return (0..<images.shape[0]).map { image in
      let feature = unit(imageFeature(images, image))
      return texts.map { scale * dot(feature, $0) }
    }
  }

  /// The attention that rows pay to prompts in each layer: mean over heads, rows that see a prompt and are none, and images or
  /// classes.
  func attentionToPrompts(images: Tensor, classes: [[Int]]) -> [Modality: [Double]] {
    func mean(_ all: [[Double]]) -> [Double] {
      all[0].indices.map { layer in all.reduce(0) { $0 + $1[layer] } / Double(all.count) }
    }
    return [
      .text: mean(classes.map { textRows($0).attention }),
      .vision: mean((0..<images.shape[0]).map { imageRows(images, $0).attention }),
    ]
  }

  // MARK: Encoders

  private func textFeature(_ tokens: [Int]) -> [Double] {
    let last = textRows(tokens).rows
    return map(normed(last[last.count - 1].stream!, "ln_final"), weights["text_projection"]!)
  }

  private func imageFeature(_ images: Tensor, _ image: Int) -> [Double] {
    map(normed(imageRows(images, image).rows[0].stream!, "visual.ln_post"), weights["visual.proj"]!)
  }

  private func textRows(_ tokens: [Int]) -> (rows: [Row], attention: [Double]) {
    let length = lengths[.text]!
    let positions = weights["positional_embedding"]!
    let embeddings = weights["token_embedding.weight"]!
    var sequence: [Row] = []
    for position in 0..<tokens.count + length {
      if (1...length).contains(position) {
        sequence.append(Row(stream: nil, prompt: position - 1))
      } else {
        let token = tokens[position == 0 ? 0 : position - length]
        sequence.append(Row(stream: sum(embeddings[token], positions[position]), prompt: nil))
      }
    }
    return run(sequence, .text, heads: configuration.text.heads, layers: configuration.text.layers)
  }

  private func imageRows(_ images: Tensor, _ image: Int) -> (rows: [Row], attention: [Double]) {
    let (size, patch, width) = (configuration.imageSize, configuration.patchSize, configuration.vision.width)
    let pixels = images.elements
    let positions = weights["visual.positional_embedding"]!
    let kernel = weights["visual.conv1.weight"]!.flatMap { $0 }
    var stream = [sum(weights["visual.class_embedding"]![0], positions[0])]
    for top in stride(from: 0, to: size, by: patch) {
      for left in stride(from: 0, to: size, by: patch) {
        var row = [Double](repeating: 0, count: width)
        for output in 0..<width {
          for channel in 0..<3 {
            for y in 0..<patch {
              for x in 0..<patch {
                let pixel = pixels[((image * 3 + channel) * size + top + y) * size + left + x]
                row[output] += Double(pixel) * kernel[((output * 3 + channel) * patch + y) * patch + x]
              }
            }
          }
        }
        stream.append(sum(row, positions[stream.count]))
      }
    }
    let prompts = (0..<lengths[.vision]!).map { Row(stream: nil, prompt: $0) }
    let sequence = stream.map { Row(stream: normed($0, "visual.ln_pre"), prompt: nil) } + prompts
    return run(sequence, .vision, heads: configuration.vision.heads, layers: configuration.vision.layers)
  }

  /// What is done in layer 0 to a row in token space that stands where a prompt stands.
  private func entering(_ row: [Double], prompt: Int, _ encoder: Modality) -> [Double] {
    encoder == .text ? sum(row, weights["positional_embedding"]![1 + prompt]) : normed(row, "visual.ln_pre")
  }

  // MARK: Layers

  private func run(
    _ sequence: [Row], _ encoder: Modality, heads: Int, layers: Int
  ) -> (rows: [Row], attention: [Double]) {
    var sequence = sequence
    var attention: [Double] = []
    let depth = depths[encoder]!
    for layer in 0..<layers {
      if let token = parameters["\(encoder.rawValue).\(layer).token"] {
        for index in sequence.indices {
          guard let prompt = sequence[index].prompt else { continue }
          sequence[index].stream = layer == 0 ? entering(token[prompt], prompt: prompt, encoder) : token[prompt]
        }
      }
      let after = block(sequence, encoder, layer: layer, isPrompted: layer < depth, heads: heads)
      sequence = after.rows
      attention.append(after.attention)
    }
    return (sequence, attention)
  }

  private func block(
    _ sequence: [Row], _ encoder: Modality, layer: Int, isPrompted: Bool, heads: Int
  ) -> (rows: [Row], attention: Double) {
    let name = (encoder == .text ? "" : "visual.") + "transformer.resblocks.\(layer)"
    let width = weights["\(name).ln_1.weight"]!.flatMap { $0 }.count
    /// Part 0 is the query, 1 the key, 2 the value of a row of the residual stream's space.
    func projected(_ row: [Double], _ part: Int) -> [Double] {
      let all = weights["\(name).attn.in_proj_weight"]![part * width..<(part + 1) * width]
      let bias = weights["\(name).attn.in_proj_bias"]!.flatMap { $0 }[part * width..<(part + 1) * width]
      let input = normed(row, "\(name).ln_1")
      return zip(all, bias).map { dot(input, $0) + $1 }
    }
    func attentionRow(_ row: Row, _ part: Int) -> [Double]? {
      guard isPrompted, let prompt = row.prompt, unshared.contains(SAPL.Component.allCases[part]) else {
        return row.stream.map { projected($0, part) }
      }
      let learned = "\(encoder.rawValue).\(layer).\(["queries", "keys", "values"][part])"
      guard let tensor = parameters[learned] else { return nil }
      if space == .projected { return tensor[prompt] }
      return projected(layer == 0 ? entering(tensor[prompt], prompt: prompt, encoder) : tensor[prompt], part)
    }
    let queries = sequence.map { attentionRow($0, 0) }
    let keys = sequence.map { attentionRow($0, 1)! }
    let values = sequence.map { attentionRow($0, 2)! }
    let headWidth = width / heads
    var result = sequence
    var (toPrompts, seeing) = (0.0, 0)
    for asking in sequence.indices {
      guard let stream = sequence[asking].stream, let query = queries[asking] else { continue }
      var attended = [Double](repeating: 0, count: width)
      let seen = encoder == .text ? 0...asking : 0...sequence.count - 1
      let counts = sequence[asking].prompt == nil && seen.contains { sequence[$0].prompt != nil }
      if counts { seeing += 1 }
      for head in 0..<heads {
        let columns = head * headWidth..<(head + 1) * headWidth
        let scores = seen.map { key in
          columns.reduce(0) { $0 + query[$1] * keys[key][$1] } / Double(headWidth).squareRoot()
        }
        let largest = scores.max()!
        let shares = scores.map { exp($0 - largest) }
        let total = shares.reduce(0, +)
        if counts {
          for key in seen where sequence[key].prompt != nil { toPrompts += shares[key] / total / Double(heads) }
        }
        for column in columns {
          for key in seen { attended[column] += shares[key] / total * values[key][column] }
        }
      }
      let after = sum(stream, linear(attended, "\(name).attn.out_proj"))
      let hidden = linear(normed(after, "\(name).ln_2"), "\(name).mlp.c_fc").map { $0 / (1 + exp(-1.702 * $0)) }
      result[asking].stream = sum(after, linear(hidden, "\(name).mlp.c_proj"))
    }
    return (result, toPrompts / Double(seeing))
  }

  // MARK: Arithmetic

  private static func matrix(_ tensor: Tensor) -> [[Double]] {
    let elements = tensor.elements.map(Double.init)
    return (0..<max(1, tensor.rows)).map { Array(elements[$0 * tensor.columns..<($0 + 1) * tensor.columns]) }
  }

  private func sum(_ left: [Double], _ right: [Double]) -> [Double] { zip(left, right).map { $0 + $1 } }

  private func dot(_ left: [Double], _ right: [Double]) -> Double {
    var total = 0.0
    for index in left.indices { total += left[index] * right[index] }
    return total
  }

  private func unit(_ row: [Double]) -> [Double] {
    let length = dot(row, row).squareRoot()
    return row.map { $0 / length }
  }

  /// Layer normalisation with ε 1e-5, as PyTorch's.
  private func normed(_ row: [Double], _ name: String) -> [Double] {
    let mean = row.reduce(0, +) / Double(row.count)
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
    let (scale, bias) = (weights["\(name).weight"]![0], weights["\(name).bias"]![0])
    return row.indices.map { (row[$0] - mean) / (variance + 1e-5).squareRoot() * scale[$0] + bias[$0] }
  }

  /// W x + b.
  private func linear(_ row: [Double], _ name: String) -> [Double] {
    zip(weights["\(name).weight"]!, weights["\(name).bias"]![0]).map { dot(row, $0) + $1 }
  }

  /// x M.
  private func map(_ row: [Double], _ matrix: [[Double]]) -> [Double] {
    (0..<matrix[0].count).map { column in row.indices.reduce(0) { $0 + row[$1] * matrix[$1][column] } }
  }
}
