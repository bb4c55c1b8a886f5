import Statistics

extension Interval {
  /// The interval with an independent error added: each end is moved away from the value to √(distance² + (1.96 error)²); 1.96
  /// for a level of 0.95.
  func widened(around value: Double, by error: Double) -> Interval {
    let margin = StandardNormal.twoSidedQuantile(level) * error
    func distance(_ end: Double) -> Double { (end * end + margin * margin).squareRoot() }
    return Interval(
      low: value - distance(max(0, value - low)), high: value + distance(max(0, high - value)), level: level)
  }
}
