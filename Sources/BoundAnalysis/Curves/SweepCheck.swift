import Basics

/// What every estimate asks of a sweep.
enum SweepCheck {
  /// - Throws: ``Failure`` if the setting cannot be, a size has fewer than 2 draws, a draw lacks a λ, or a number is not finite.
  static func require(_ sweep: FamilySweep, _ setting: BoundSetting) throws {
    try setting.check()
    for (what, value) in [("loss of zero-shot", sweep.zeroShotHeldOutLoss), ("ln C", sweep.facts.uniformLoss)]
    where !value.isFinite { throw Failure("\(sweep.name): the \(what) is \(value), not a finite number") }
    for size in setting.sizes {
      let draws = sweep.draws.filter { $0.draw.size == size }
      guard draws.count > 1 else {
        throw Failure("\(sweep.name): \(draws.count) draws of \(size) samples, where at least 2 are needed")
      }
      guard Set(draws.map(\.draw)).count == draws.count else {
        throw Failure("\(sweep.name): a draw of \(size) samples is there twice")
      }
    }
    for record in sweep.draws {
      guard setting.sizes.contains(record.draw.size) else {
        throw Failure("\(sweep.name): there are draws of \(record.draw.size) samples, a size that was not asked for")
      }
      guard record.points.map(\.weight.value) == setting.weights.map(\.value) else {
        throw Failure("\(place(sweep, record.draw)): its λ are not those that were asked for")
      }
    }
    for record in sweep.draws + sweep.pilots + sweep.otherBudgets { try finite(record, sweep) }
    for record in sweep.posteriors ?? [] { try finite(record, sweep, setting) }
    for maximum in sweep.signedMaxima {
      if let value = maximum.value, !value.isFinite {
        throw Failure(
          "\(sweep.name), \(maximum.draw.size) samples, draw \(maximum.draw.index), λ = \(maximum.weight): "
            + "the signed maximum is \(value), not a finite number")
      }
    }
  }

  private static func finite(_ record: PosteriorRecord, _ sweep: FamilySweep, _ setting: BoundSetting) throws {
    let place = place(sweep, record.draw)
    guard record.points.map(\.weight.value) == setting.weights.map(\.value) else {
      throw Failure("\(place): the λ of its posteriors are not those that were asked for")
    }
    for point in record.points {
      let numbers = [
        ("standard deviation", point.deviation), ("divergence", point.divergence),
        ("training error", point.trainingError),
        ("held-out error", point.heldOutError),
      ]
      for (name, value) in numbers where !value.isFinite {
        throw Failure("\(place), λ = \(point.weight): the posterior's \(name) is \(value), not a finite number")
      }
    }
  }

  private static func place(_ sweep: FamilySweep, _ draw: TrainingDraw) -> String {
    "\(sweep.name), \(draw.size) samples, \(draw.purpose == .pilot ? "pilot" : "draw") \(draw.index)"
  }

  private static func finite(_ record: DrawRecord, _ sweep: FamilySweep) throws {
    guard record.zeroShotTrainingLoss.isFinite else {
      throw Failure(
        "\(place(sweep, record.draw)): the loss of zero-shot is \(record.zeroShotTrainingLoss), not a finite number")
    }
    for point in record.points {
      let numbers: [(String, Double?)] = [
        ("training loss", point.trainingLoss), ("variance of the training loss", point.trainingLossVariance),
        ("held-out loss", point.heldOutLoss), ("error of the held-out loss", point.heldOutError), ("X*", point.xStar),
        ("largest held-out loss", point.xStarHeldOut), ("R on the sample", point.rSample),
        ("R on the pool", point.rPool), ("gradient", point.gradientNorm),
        ("change of the objective", point.objectiveChange), ("accuracy", point.accuracy),
        ("accuracy on new classes", point.newClassAccuracy),
      ]
      for case (let name, let value?) in numbers where !value.isFinite {
        throw Failure("\(place(sweep, record.draw)), λ = \(point.weight): the \(name) is \(value), not a finite number")
      }
    }
  }
}
