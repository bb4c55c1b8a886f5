import Basics
import PromptLearning

/// What learned vectors come closest to, for a person to read.
enum InterpretationText {
  static func print(_ interpretation: PromptInterpretation) {
    if !interpretation.vectors.isEmpty {
      Swift.print(
        "norm is a vector's length (those of the vocabulary's embeddings have a mean of "
          + "\(interpretation.meanEmbeddingNorm.formatted(digits: 3))); behind a word its distance, or its cosine; … follows the "
          + "beginning of a word, and <0xE2> is a byte that is no text by itself")
      let lines = interpretation.vectors.map { vector in
        let place = [vector.className, vector.part == "tokens" ? nil : vector.part, "\(vector.index + 1)"]
        return [
          place.compactMap { $0 }.joined(separator: " "), vector.norm.formatted(digits: 3),
          vector.nearest.map { "\(Spelling.quoted($0.text)) \($0.distance.formatted(digits: 2))" }.joined(
            separator: ", "),
          vector.mostSimilar.map { "\(Spelling.quoted($0.text)) \($0.cosine.formatted(digits: 2))" }.joined(
            separator: ", "),
        ]
      }
      Swift.print(TextColumns.text([["vector", "norm", "nearest", "most similar"]] + lines))
    }
    for note in interpretation.notes { Swift.print(note.printable) }
  }
}
