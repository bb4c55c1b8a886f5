extension BoundForm {
  /// The B that a draw needs with the source's X*, the largest loss of its training set.
  func needed(_ point: PointRecord, size: Int, delta: Double) -> Double {
    neededComplexity(gap: point.gap, concentration: concentration(point, size: size, delta: delta))
  }

  /// The concentration term of a draw with the source's X*.
  func concentration(_ point: PointRecord, size: Int, delta: Double) -> Double {
    concentration(
      largestLoss: point.xStar, lossVariance: point.trainingLossVariance, size: size, delta: delta)
  }
}
