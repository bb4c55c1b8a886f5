import Basics
import Foundation
import Tensors

/// A description of a backbone, as `rpp backbone info` prints it.
public struct BackboneSummary: Codable, Equatable, Sendable, CustomStringConvertible {
  /// What the user called it.
  public let name: String
  /// All sizes.
  public let configuration: CLIPConfiguration
  /// Numbers in the weights of the text encoder.
  public let textParameters: Int
  /// Numbers in the weights of the image encoder.
  public let visionParameters: Int
  /// Whether it can read words.
  public let hasTokenizer: Bool
  /// How images become its input.
  public let preprocessing: ImagePreprocessing
  /// The identity of its weights, see ``Backbone/checksum``.
  public let checksum: String
  /// What is known of it besides.
  public let card: BackboneCard?

  /// The summary of a backbone.
  public init(_ backbone: Backbone) {
    func parameters(vision: Bool) -> Int {
      backbone.configuration.weightShapes
        .filter { $0.name.hasPrefix("visual.") == vision && $0.name != "logit_scale" }
        .reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    name = backbone.name
    configuration = backbone.configuration
    textParameters = parameters(vision: false)
    visionParameters = parameters(vision: true)
    hasTokenizer = backbone.tokenizer != nil
    preprocessing = backbone.preprocessing
    checksum = backbone.checksum
    card = backbone.card
  }

  /// A few lines, each a heading and what belongs to it.
  public var description: String {
    func tower(_ tower: CLIPConfiguration.Tower, _ parameters: Int) -> String {
      "\(Self.millions(parameters)) parameters: \(tower.layers) layers of width \(tower.width) (\(tower.hiddenWidth)), "
        + "\(tower.heads) heads"
    }
    func numbers(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    var lines = [
      ("backbone", name),
      (
        "text",
        "\(tower(configuration.text, textParameters)); \(configuration.contextLength) positions, "
          + "\(configuration.vocabularySize) tokens"
      ),
      (
        "vision",
        "\(tower(configuration.vision, visionParameters)); images of \(configuration.imageSize) pixels in "
          + "patches of \(configuration.patchSize)"
      ),
      ("features", "\(configuration.embedDimension) dimensions"),
      ("activation", configuration.activation.rawValue),
      ("tokenizer", hasTokenizer ? "yes" : "no: words need RPP_MERGES, the path of CLIP's merges"),
      (
        "images",
        "shorter side to \(preprocessing.size), cropped at the centre, mean \(numbers(preprocessing.mean)), "
          + "standard deviation \(numbers(preprocessing.deviation))"
      ),
      ("checksum", checksum),
    ]
    if let card {
      lines.append(("about", card.summary))
      lines.append(("made by", "\(card.command) (seed \(card.seed))"))
      lines.append(("training", "\(card.steps) steps in \(Int(card.trainingSeconds.rounded())) s on \(card.machine)"))
      for (task, accuracy) in card.zeroShotAccuracy.sorted(by: { $0.key < $1.key }) {
        lines.append(("zero-shot", String(format: "%5.1f %% ", 100 * accuracy) + task))
      }
    }
    return lines.map { heading, text in
      heading.padding(toLength: 12, withPad: " ", startingAt: 0) + text.printable
    }.joined(separator: "\n")
  }

  private static func millions(_ count: Int) -> String { String(format: "%.2f million", Double(count) / 1e6) }
}
