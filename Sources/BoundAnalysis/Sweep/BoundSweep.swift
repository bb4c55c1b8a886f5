import Basics
import Foundation
import Synchronization

/// Trains Θ*(λ) of a family on every drawn training set, and measures what the estimates of Theorem 1 need.
///
/// ```swift
/// let setting = BoundSetting(weights: try DistillationWeight.list("0,0.1,1,10,inf"), sizes: [24, 96])
/// let sweep = try BoundSweep(family, setting).run(in: "bounds/first")  // the same line goes on after a stop
/// ```
///
/// On each training set λ is gone through from ∞ downwards, every Θ* starting from its predecessor. All threads work, each on a
/// training set of its own; no number depends on how many there are.
public struct BoundSweep<Family: PredictorFamily>: Sendable {
  private let family: Family
  private let setting: BoundSetting

  /// A sweep of a family.
  ///
  /// - Throws: a usage ``Failure`` of all that is not as it can be in the setting, or a family without parameters.
  public init(_ family: Family, _ setting: BoundSetting) throws {
    try setting.check()
    guard family.parameterCount > 0 else {
      throw Failure.usage("\(family.name) has nothing to learn, so there is no Θ* to sweep; choose another structure")
    }
    if setting.posteriorSamples != nil, family.perturbation == nil {
      throw Failure.usage("\(family.name) says nothing of random neighbours, which a PAC-Bayes bound needs")
    }
    self.family = family
    self.setting = setting
  }

  /// Does what is missing, and collects everything.
  ///
  /// - Parameter folder: Where it is kept; nil to keep it in memory.
  /// - Throws: ``SweepInterrupted``; ``Failure`` if there are not enough samples, a loss is not finite, or a file is damaged or
  ///   cannot be written.
  public func run(in folder: String? = nil, observer: SweepObserver = SweepObserver()) throws -> FamilySweep {
    // What is quick to find wrong comes before what takes long: too few samples, for example.
    for size in setting.sizes { _ = try family.trainingSet(TrainingDraw(.pilot, size: size, index: 0)) }
    let store = try SweepStore(folder)
    let zeroShot = try family.heldOutValues(of: nil)
    let stages = [drawCells, budgetCells + signCells + posteriorCells]
    // What is done needs no estimate.
    var cost: @Sendable (SweepCell) -> Double = { _ in 0 }
    if try stages.joined().contains(where: { try !isDone($0, in: store) }) { cost = try costs() }
    try SweepQueue(
      stages: stages, cost: cost, observer: observer, isDone: { try isDone($0, in: store) },
      work: { cell, shouldStop in
        try store.alone(cell.draw.size, cell.name) {
          if try !isDone(cell, in: store) { try work(on: cell, in: store, shouldStop) }
        }
      }
    ).run()
    func records(_ cells: [SweepCell]) throws -> [DrawRecord] {
      try cells.map { try store.value(DrawRecord.self, $0.draw.size, $0.name)! }
    }
    return FamilySweep(
      name: family.name, parameterCount: family.parameterCount, facts: family.facts,
      zeroShotHeldOutLoss: zeroShot.loss, heldOutCount: zeroShot.losses.count,
      pilots: try records(cells(.pilot, setting.pilots)), draws: try records(cells(.estimate, setting.draws)),
      signedMaxima: try signCells.flatMap { try store.value([SignedMaximum].self, $0.draw.size, $0.name)! },
      otherBudgets: try records(budgetCells),
      posteriors: setting.posteriorSamples == nil
        ? nil : try posteriorCells.map { try store.value(PosteriorRecord.self, $0.draw.size, $0.name)! })
  }

  // MARK: The work

  private func cells(_ purpose: TrainingDraw.Purpose, _ count: Int) -> [SweepCell] {
    // The largest first: the last pieces of work, beside which threads may have nothing to do, are then small.
    setting.sizes.reversed().flatMap { size in
      (0..<count).map { .draw(TrainingDraw(purpose, size: size, index: $0)) }
    }
  }

  private var drawCells: [SweepCell] { cells(.pilot, setting.pilots) + cells(.estimate, setting.draws) }

  private var signCells: [SweepCell] { cells(.estimate, setting.signPairs).map { .signs($0.draw) } }

  private var posteriorCells: [SweepCell] {
    setting.posteriorSamples == nil ? [] : cells(.estimate, setting.draws).map { .posterior($0.draw) }
  }

  private var budgetCells: [SweepCell] {
    guard !setting.otherBudgetWeights.isEmpty, let size = setting.sizes.first else { return [] }
    return setting.otherBudgets.flatMap { budget in
      (0..<min(setting.otherBudgetDraws, setting.draws)).map {
        .budget(TrainingDraw(.estimate, size: size, index: $0), evaluations: budget)
      }
    }
  }

  /// The predictors of a draw, kept where signed maxima are searched from them or posteriors lie around them.
  private static func predictorsName(_ draw: TrainingDraw) -> String { "\(SweepCell.draw(draw).name)-predictors" }

  private func isDone(_ cell: SweepCell, in store: SweepStore) throws -> Bool {
    switch cell {
    case .draw(let draw):
      guard let record = try store.value(DrawRecord.self, draw.size, cell.name) else { return false }
      return record.points.map(\.weight) == setting.weights
        && (!needsPredictors(draw) || predictors(draw, in: store) != nil)
    case .signs(let draw):
      return try store.value([SignedMaximum].self, draw.size, cell.name) != nil
    case .posterior(let draw):
      guard let record = try store.value(PosteriorRecord.self, draw.size, cell.name) else { return false }
      return record.delta == setting.delta && record.samples == setting.posteriorSamples
        && record.points.map(\.weight) == setting.weights
    case .budget(let draw, _):
      guard let record = try store.value(DrawRecord.self, draw.size, cell.name) else { return false }
      return record.points.map(\.weight) == setting.otherBudgetWeights
    }
  }

  private func needsPredictors(_ draw: TrainingDraw) -> Bool {
    draw.purpose == .estimate && (setting.posteriorSamples != nil || draw.index < setting.signPairs)
  }

  /// The predictors of a draw that was worked on to its end; nil if they are not there, or those of another sweep.
  private func predictors(_ draw: TrainingDraw, in store: SweepStore) -> [Family.Predictor]? {
    let kept = try? store.value(KeptPredictors<Family.Predictor>.self, draw.size, Self.predictorsName(draw))
    return kept.flatMap { $0.fits(setting) ? $0.predictors : nil }
  }

  private func work(on cell: SweepCell, in store: SweepStore, _ shouldStop: () -> Bool) throws {
    switch cell {
    case .draw(let draw):
      let (record, predictors) = try measured(draw, setting.weights, budget: setting.budget, shouldStop)
      // The record comes last: where it is, all is there.
      if needsPredictors(draw) {
        let kept = KeptPredictors(weights: setting.weights, budget: setting.budget, predictors: predictors)
        try store.keep(kept, draw.size, Self.predictorsName(draw))
      }
      try store.keep(record, draw.size, cell.name)
    case .budget(let draw, let budget):
      try store.keep(
        try measured(draw, setting.otherBudgetWeights, budget: budget, shouldStop).record, draw.size, cell.name)
    case .signs(let draw):
      try store.keep(try signedMaxima(draw, in: store, shouldStop), draw.size, cell.name)
    case .posterior(let draw):
      try store.keep(try posteriors(draw, in: store, shouldStop), draw.size, cell.name)
    }
  }

  /// Θ*(λ) for every λ on one training set, with what was measured of it.
  private func measured(
    _ draw: TrainingDraw, _ weights: [DistillationWeight], budget: Int, _ shouldStop: () -> Bool
  ) throws -> (record: DrawRecord, predictors: [Family.Predictor]) {
    typealias Trained = (predictor: TrainedPredictor<Family.Predictor>, values: SampleValues)
    let set = try family.trainingSet(draw)
    func trained(_ weight: DistillationWeight, from start: Family.Predictor) throws -> Trained {
      if shouldStop() { throw SweepInterrupted() }
      let predictor = try family.trained(on: set, weight: weight, from: start, budget: budget)
      return (predictor, try family.values(of: predictor.predictor, on: set))
    }
    var found: [DistillationWeight: Trained] = [:]
    var start = try family.start(on: set)
    for weight in weights.reversed() {
      found[weight] = try trained(weight, from: start)
      start = found[weight]!.predictor.predictor
    }
    if setting.goesBothWays {
      start = try family.start(on: set)
      for weight in weights where weight.value.isFinite {
        let other = try trained(weight, from: start)
        start = other.predictor.predictor
        if other.values.objective(weight) < found[weight]!.values.objective(weight) { found[weight] = other }
      }
    }
    let teacherSolution = found[weights.last!]!.values
    let points = try weights.map { weight in
      if shouldStop() { throw SweepInterrupted() }
      return try point(weight, found[weight]!.predictor, found[weight]!.values, teacherSolution)
    }
    return (
      DrawRecord(
        draw: draw, budget: budget, zeroShotTrainingLoss: try family.values(of: nil, on: set).loss, points: points),
      weights.map { found[$0]!.predictor.predictor }
    )
  }

  private func point(
    _ weight: DistillationWeight, _ trained: TrainedPredictor<Family.Predictor>, _ values: SampleValues,
    _ teacherSolution: SampleValues
  ) throws -> PointRecord {
    let heldOut = try family.heldOutValues(of: trained.predictor)
    let (reached, allowed) = (values.objective(weight), teacherSolution.objective(weight))
    guard reached.isFinite, heldOut.loss.isFinite else {
      throw Failure("\(family.name), λ = \(weight): the loss is not finite")
    }
    return PointRecord(
      weight: weight, trainingLoss: values.loss, trainingLossVariance: values.lossVariance, heldOutLoss: heldOut.loss,
      heldOutError: heldOut.lossError, xStar: values.largestLoss, xStarHeldOut: heldOut.largestLoss,
      rSample: values.divergence, rPool: heldOut.divergence, gradientNorm: trained.gradientNorm,
      objectiveChange: trained.objectiveChange, evaluations: trained.evaluations,
      // What families compute in 32 bits is not exact to more than this.
      isLocalised: reached <= allowed + 1e-6 * max(1, abs(allowed)), accuracy: heldOut.accuracy,
      newClassAccuracy: try family.newClassAccuracy(of: trained.predictor))
  }

  /// The mean over a pair of sign vectors of what ascent finds within H_λ, for every λ.
  private func signedMaxima(
    _ draw: TrainingDraw, in store: SweepStore, _ shouldStop: () -> Bool
  ) throws -> [SignedMaximum] {
    let pilots = try cells(.pilot, setting.pilots).filter { $0.draw.size == draw.size }.map {
      try store.value(DrawRecord.self, draw.size, $0.name)!
    }
    let record = try store.value(DrawRecord.self, draw.size, SweepCell.draw(draw).name)!
    let predictors = predictors(draw, in: store)!
    let set = try family.trainingSet(draw)
    var stream = draw.stream("signs", seed: setting.seed)
    let signs = (0..<draw.size).map { _ in stream.next() >> 63 == 0 ? 1.0 : -1.0 }
    return try setting.weights.indices.map { index in
      let weight = setting.weights[index]
      let radius = FamilySweep.radius(weight, size: draw.size, pilots: pilots)
      // Θ*(λ) itself, or the nearest of a larger λ that lies in H_λ.
      guard let inside = record.points.indices.first(where: { $0 >= index && record.points[$0].rPool <= radius })
      else { return SignedMaximum(weight: weight, draw: draw, value: nil) }
      let maxima = try [1.0, -1.0].map { factor in
        try (0..<setting.restarts).map { restart in
          if shouldStop() { throw SweepInterrupted() }
          return try family.signedLossMaximum(
            signs: signs.map { factor * $0 }, on: set, from: predictors[inside], radius: radius, restart: restart)
        }.max()!
      }
      return SignedMaximum(weight: weight, draw: draw, value: (maxima[0] + maxima[1]) / 2)
    }
  }

  /// PAC-Bayes posteriors around Θ*(λ) for every λ.
  private func posteriors(
    _ draw: TrainingDraw, in store: SweepStore, _ shouldStop: () -> Bool
  ) throws -> PosteriorRecord {
    let predictors = predictors(draw, in: store)!
    let samples = setting.posteriorSamples!
    let sampler = PosteriorSampler(
      family: family, perturbation: family.perturbation!, set: try family.trainingSet(draw),
      bound: PACBayesBound(size: draw.size, delta: setting.delta), samples: samples)
    let stream = draw.stream("posterior", seed: setting.seed)
    return PosteriorRecord(
      draw: draw, delta: setting.delta, samples: samples,
      points: try zip(setting.weights, predictors).enumerated().map { place, item in
        try sampler.point(item.0, around: item.1, from: stream.substream(place), shouldStop)
      })
  }

  // MARK: The estimate of time

  /// Seconds that each cell is likely to take on one thread, measured on a few evaluations.
  private func costs() throws -> @Sendable (SweepCell) -> Double {
    /// Of one thread while all of them do the same, as they will: alone it would have the others' help in every product.
    func seconds(_ work: @Sendable () throws -> Void) throws -> Double {
      let times = try Parallel.map(Parallel.threadCount) { _ in try ContinuousClock().measure(work) / .seconds(1) }
      return times.reduce(0, +) / Double(times.count)
    }
    var evaluation: [Int: Double] = [:]
    var values: [Int: Double] = [:]
    var pool = 0.0
    var ascent: [Int: Double] = [:]
    for size in setting.sizes {
      let set = try family.trainingSet(TrainingDraw(.pilot, size: size, index: 0))
      let start = try family.start(on: set)
      let weight = setting.weights[setting.weights.count / 2]
      let budget = min(20, setting.budget)
      // The first call also wakes what works on all others.
      let evaluations = try family.trained(on: set, weight: weight, from: start, budget: budget).evaluations
      evaluation[size] =
        try seconds { _ = try family.trained(on: set, weight: weight, from: start, budget: budget) }
        / Double(max(evaluations, 1))
      if pool == 0 { pool = try seconds { _ = try family.heldOutValues(of: start) } }
      if setting.posteriorSamples != nil { values[size] = try seconds { _ = try family.values(of: start, on: set) } }
      if setting.signPairs > 0 {
        let signs = (0..<size).map { $0.isMultiple(of: 2) ? 1.0 : -1.0 }
        ascent[size] = try seconds {
          _ = try family.signedLossMaximum(signs: signs, on: set, from: start, radius: .infinity, restart: 0)
        }
      }
    }
    return { [setting, seconds = evaluation, valueSeconds = values, poolSeconds = pool, ascents = ascent] cell in
      let size = cell.draw.size
      switch cell {
      case .draw:
        let solutions = Double(setting.weights.count * (setting.goesBothWays ? 2 : 1))
        return solutions * Double(setting.budget) * seconds[size]! + Double(setting.weights.count) * poolSeconds
      case .budget(_, let budget):
        return Double(setting.otherBudgetWeights.count) * (Double(budget) * seconds[size]! + poolSeconds)
      case .signs: return Double(2 * setting.restarts * setting.weights.count) * ascents[size]!
      case .posterior:
        let samples = setting.posteriorSamples!
        return Double(setting.weights.count)
          * (Double(PosteriorSampler<Family>.evaluations(samples: samples)) * valueSeconds[size]!
            + Double(PosteriorSampler<Family>.poolEvaluations(samples: samples)) * poolSeconds)
      }
    }
  }
}
