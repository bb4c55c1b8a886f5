import Basics
import CLIPModel
import Experiments
import Statistics

/// How different the rows are that the learned prompts of a run put into one encoder.
package struct PromptDiagnostics: Encodable, Equatable, Sendable {
  /// The run's folder, as in ``TestedCell/folder``.
  package let folder: String
  /// The encoder that they enter.
  package let encoder: Modality
  /// How many rows.
  package let rows: Int
  /// See ``RowMatrix/effectiveRank()``.
  package let effectiveRank: Double
  /// The mean of |cos| over pairs of different rows; nil for a single row, or where a row is all zeros.
  package let meanAbsoluteCosine: Double?
  /// The eigenvalues of the matrix of cosines, largest first; empty where a row is all zeros.
  package let cosineSpectrum: [Double]

  /// More rows than any published prompt has would cost seconds, and are not looked at.
  private static let mostRows = 1024

  /// - Returns: nil for more rows than are looked at, for zeros alone, and for numbers that are not finite.
  package init?(_ prompt: PromptRows) throws {
    guard prompt.width > 0, !prompt.values.isEmpty, prompt.values.count <= Self.mostRows * prompt.width,
      prompt.values.allSatisfy(\.isFinite), prompt.values.contains(where: { $0 != 0 })
    else { return nil }
    let matrix = try RowMatrix(columns: prompt.width, prompt.values.map(Double.init))
    folder = prompt.folder
    encoder = prompt.encoder
    rows = matrix.rows
    effectiveRank = try matrix.effectiveRank()
    let hasDirections = (0..<matrix.rows).allSatisfy { row in
      matrix.values[row * matrix.columns..<(row + 1) * matrix.columns].contains { $0 != 0 }
    }
    let cosines = hasDirections ? try CosineSimilarities(ofRows: matrix) : nil
    meanAbsoluteCosine = cosines?.meanAbsoluteOffDiagonal
    cosineSpectrum = cosines?.spectrum ?? []
  }

  /// The share of the largest eigenvalue in the sum of all; 1 where all rows point the same way or its opposite.
  package var largestShare: Double? { cosineSpectrum.first.map { $0 / Double(rows) } }

  /// Those of some prompts, in their order.
  static func all(_ prompts: [PromptRows]) throws -> [PromptDiagnostics] {
    try Parallel.map(prompts.count) { try PromptDiagnostics(prompts[$0]) }.compactMap { $0 }
  }
}
