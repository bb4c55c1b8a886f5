import Basics

/// How well confidences agree with accuracy: the expected calibration error with its bins (Guo et al. 2017).
public struct Calibration: Codable, Equatable, Sendable {
  /// The predictions whose confidence is in (low, high]; the first bin has confidence 0 too.
  public struct Bin: Codable, Equatable, Sendable {
    /// The lower end, not in the bin.
    public let low: Double
    /// The upper end, in the bin.
    public let high: Double
    /// How many predictions.
    public let count: Int
    /// Their mean confidence; nil for none.
    public let confidence: Double?
    /// The share of them that is correct; nil for none.
    public let accuracy: Double?
  }

  /// Bins of equal width, from 0 to 1.
  public let bins: [Bin]
  /// ECE = Σ_bins count / n · |accuracy − mean confidence|, from 0 to 1.
  public let expectedError: Double

  /// The calibration of n predictions.
  ///
  /// - Parameters:
  ///   - confidences: The probability of the predicted class, the largest of the softmax; the rounding of 32-bit floats may
  ///     take it up to 10⁻⁵ past 1.
  ///   - correct: Whether the predicted class is the true one.
  ///   - bins: How many bins.
  /// - Throws: ``Failure`` if there are no predictions, not as many of both, or a confidence is not in [0, 1].
  public init(confidences: [Double], correct: [Bool], bins count: Int = 15) throws {
    Basics.require(count > 0, "no bins")
    try CheckedNumbers.require(confidences, "confidences")
    guard confidences.count == correct.count else {
      throw Failure("\(confidences.count) confidences for \(correct.count) predictions")
    }
    // Divided, not multiplied by a step: the end of the last bin must be 1.
    let edges = (0...count).map { Double($0) / Double(count) }
    var counts = Array(repeating: 0, count: count)
    var sums = Array(repeating: 0.0, count: count)
    var hits = Array(repeating: 0, count: count)
    for (index, confidence) in confidences.enumerated() {
      guard 0 <= confidence, confidence <= 1 + 1e-5 else {
        throw Failure("confidence \(index) is \(confidence), not in [0, 1]")
      }
      let value = min(confidence, 1)
      var bin = min(Int(value * Double(count)), count - 1)
      // The product is rounded; the edges decide.
      while bin > 0, value <= edges[bin] { bin -= 1 }
      while value > edges[bin + 1] { bin += 1 }
      counts[bin] += 1
      sums[bin] += value
      if correct[index] { hits[bin] += 1 }
    }
    self.bins = (0..<count).map { bin in
      let number = Double(counts[bin])
      return Bin(
        low: edges[bin], high: edges[bin + 1], count: counts[bin], confidence: number > 0 ? sums[bin] / number : nil,
        accuracy: number > 0 ? Double(hits[bin]) / number : nil)
    }
    expectedError = (0..<count).reduce(0) { $0 + abs(Double(hits[$1]) - sums[$1]) } / Double(confidences.count)
  }
}
