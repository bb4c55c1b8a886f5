/// Looks along a direction for a step that satisfies the strong Wolfe conditions: Nocedal and Wright's algorithms 3.5
/// (bracketing) and 3.6 (zooming in), with cubic interpolation between safeguards.
///
/// φ(α) is the loss after the step α, φ′ its slope along the direction. Accepted is φ(α) ≤ φ(0) + c₁ α φ′(0) with
/// |φ′(α)| ≤ c₂ |φ′(0)|. Where a loss of 32 bits is too coarse to show the decrease, φ(α) ≤ φ(0) is enough if
/// φ′(α) ≤ (2 c₁ − 1) φ′(0), which says the same of a quadratic (Hager and Zhang 2005).
struct StrongWolfeSearch<Point> {
  /// A step that was tried.
  struct Trial {
    struct Value {
      let point: Point?
      let loss: Double
      let slope: Double
    }

    let step: Double
    /// Nil where the loss is not finite.
    let value: Value?
  }

  /// φ(0).
  let loss: Double
  /// φ′(0), negative.
  let slope: Double

  private static var sufficientDecrease: Double { 1e-4 }
  private static var curvature: Double { 0.9 }
  private static var trials: Int { 25 }

  init(loss: Double, slope: Double) {
    self.loss = loss
    self.slope = slope
  }

  /// The point of an accepted step; of the step with the smallest loss, if none was accepted and one decreases it; nil if none
  /// does.
  ///
  /// - Parameters:
  ///   - first: The step to begin with.
  ///   - evaluate: What is found after a step; nil if nothing more may be evaluated.
  func trial(from first: Double, _ evaluate: (Double) throws -> Trial?) rethrows -> Point? {
    var best: Trial.Value?
    var count = 0
    func attempt(_ step: Double) throws -> Trial? {
      guard count < Self.trials, step.isFinite, let trial = try evaluate(step) else { return nil }
      count += 1
      if let value = trial.value, value.loss < best?.loss ?? loss { best = value }
      return trial
    }

    let origin = Trial(step: 0, value: .init(point: nil, loss: loss, slope: slope))
    var (low, step) = (origin, first)
    var high: Trial?
    // Longer and longer steps, until one is too long.
    while high == nil {
      guard let trial = try attempt(step) else { return best?.point }
      if isAccepted(trial) { return trial.value?.point }
      guard let value = trial.value, isDecrease(trial), low.step == 0 || value.loss < low.value!.loss else {
        high = trial
        break
      }
      if value.slope >= 0 {
        (low, high) = (trial, low)
      } else {
        let guess = Self.cubicMinimum(low, trial) ?? 4 * trial.step
        // Beyond the step, however the cubic bends.
        step = guess > trial.step ? min(max(guess, 2 * trial.step), 10 * trial.step) : 4 * trial.step
        low = trial
      }
    }
    // Between `low`, the best step that decreases the loss enough, and `high` there is an accepted one.
    var zoomed = 0
    while var end = high {
      zoomed += 1
      let width = end.step - low.step
      // Every third step halves, so that the bracket shrinks however interpolation errs.
      var step = low.step + 0.5 * width
      if zoomed % 3 != 0, end.value != nil, let guess = Self.cubicMinimum(low, end) {
        let share = (guess - low.step) / width
        step = low.step + min(max(share, 0.1), 0.9) * width
      }
      guard abs(width) > 1e-12 * abs(low.step), let trial = try attempt(step) else { break }
      if isAccepted(trial) { return trial.value?.point }
      if let value = trial.value, isDecrease(trial), value.loss < low.value!.loss {
        if value.slope * width >= 0 { end = low }
        low = trial
      } else {
        end = trial
      }
      high = end
    }
    return best?.point
  }

  private func isDecrease(_ trial: Trial) -> Bool {
    guard let value = trial.value else { return false }
    return value.loss <= loss + Self.sufficientDecrease * trial.step * slope
      || value.loss <= loss && value.slope <= (2 * Self.sufficientDecrease - 1) * slope
  }

  private func isAccepted(_ trial: Trial) -> Bool {
    guard let value = trial.value else { return false }
    return isDecrease(trial) && abs(value.slope) <= -Self.curvature * slope
  }

  /// Where the cubic through two steps' losses and slopes is smallest (their equation 3.59); nil if it has no minimum.
  private static func cubicMinimum(_ first: Trial, _ second: Trial) -> Double? {
    guard let a = first.value, let b = second.value else { return nil }
    let width = second.step - first.step
    let d1 = a.slope + b.slope - 3 * (b.loss - a.loss) / width
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return nil }
    let d2 = width > 0 ? square.squareRoot() : -square.squareRoot()
    let divisor = b.slope - a.slope + 2 * d2
    let minimum = second.step - width * (b.slope + d2 - d1) / divisor
    return divisor != 0 && minimum.isFinite ? minimum : nil
  }
}
