import Foundation

/// Values of SciPy, statsmodels and rliable, written by `golden.py`.
struct Golden: Decodable {
  struct StudentMean: Decodable {
    let values: [Double]
    let mean: Double
    let low: Double
    let high: Double
  }

  struct SignFlip: Decodable {
    let values: [Double]
    let p: Double
  }

  struct Holm: Decodable {
    let values: [Double]
    let adjusted: [Double]
  }

  struct Matrix: Decodable {
    let columns: Int
    let values: [Double]
    let singularValues: [Double]
    let effectiveRank: Double
    let cosines: [Double]
    let spectrum: [Double]
    let meanAbsoluteOffDiagonal: Double
  }

  struct Scores: Decodable {
    let x: [[Double]]
    let y: [[Double]]
    let interquartileMean: Double
    let interquartileMeanInterval: [Double]
    let probabilityOfImprovement: Double
    let probabilityOfImprovementInterval: [Double]
  }

  let studentMeans: [StudentMean]
  let signFlips: [SignFlip]
  let holm: [Holm]
  let matrices: [Matrix]
  let scores: Scores

  static func values() throws -> Golden {
    let url = Bundle.module.bundleURL.appendingPathComponent("Resources/golden.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }
}

/// Whether numbers agree to a relative (below 1 absolute) difference.
func agree(_ a: [Double], _ b: [Double], within tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($0)) }
}
