import Basics
import Foundation
import PromptLearning
import Training

/// A CSV file of what a model says of each image.
enum PerImageFile {
  static let columns = ["index", "image", "label", "predicted", "loss", "probability"]

  /// Evaluates, and writes a line for each image as it comes; the file is there when all of it is.
  ///
  /// - Parameters:
  ///   - path: The file; nil for none.
  ///   - evaluate: Evaluates and tells of each image.
  static func write(
    to path: String?, classNames: [String],
    _ evaluate: (_ each: (EvaluatedImage) throws -> Void) throws -> Evaluation
  ) throws -> Evaluation {
    guard let path else { return try evaluate { _ in } }
    var evaluation: Evaluation?
    try AtomicFile.write(to: path) { file in
      var lines = CSV.line(columns)
      evaluation = try evaluate { image in
        lines += CSV.line([
          "\(image.index)", image.name, classNames[image.label], classNames[image.predictedLabel], "\(image.loss)",
          "\(image.probability)",
        ])
        guard lines.utf8.count > 1 << 16 else { return }
        try file.write(contentsOf: Data(lines.utf8))
        lines = ""
      }
      try file.write(contentsOf: Data(lines.utf8))
    }
    return evaluation!
  }
}
