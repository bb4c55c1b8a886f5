import Basics
import BoundAnalysis
import Foundation

/// A sweep without an engine: a loop that trains a family and writes down what it measures.
enum PlainSweep {
  static func of<Family: PredictorFamily>(_ family: Family, _ setting: BoundSetting) throws -> FamilySweep {
    let zeroShot = try family.heldOutValues(of: nil)
    func records(_ purpose: TrainingDraw.Purpose, count: Int, budget: Int) throws -> [DrawRecord] {
      try setting.sizes.flatMap { size in
        try Parallel.map(count) { try record(family, TrainingDraw(purpose, size: size, index: $0), setting, budget) }
      }
    }
    var sweep = FamilySweep(
      name: family.name, parameterCount: family.parameterCount, facts: family.facts,
      zeroShotHeldOutLoss: zeroShot.loss, heldOutCount: zeroShot.losses.count,
      pilots: try records(.pilot, count: setting.pilots, budget: setting.budget),
      draws: try records(.estimate, count: setting.draws, budget: setting.budget))
    for size in setting.sizes {
      for weight in setting.weights {
        let radius = sweep.radius(weight, size: size)
        sweep.signedMaxima += try Parallel.map(setting.signPairs) { index in
          let draw = TrainingDraw(.estimate, size: size, index: index)
          let set = try family.trainingSet(draw)
          var stream = draw.stream("signs", seed: setting.seed)
          let signs = (0..<size).map { _ in stream.next() & 1 == 0 ? 1.0 : -1 }
          let start = try family.start(on: set)
          let values = try [signs, signs.map(-)].map {
            try family.signedLossMaximum(signs: $0, on: set, from: start, radius: radius, restart: 0)
          }
          return SignedMaximum(weight: weight, draw: draw, value: (values[0] + values[1]) / 2)
        }
      }
    }
    for budget in setting.otherBudgets {
      sweep.otherBudgets += try records(.estimate, count: setting.otherBudgetDraws, budget: budget)
    }
    return sweep
  }

  private static func record<Family: PredictorFamily>(
    _ family: Family, _ draw: TrainingDraw, _ setting: BoundSetting, _ budget: Int
  ) throws -> DrawRecord {
    let set = try family.trainingSet(draw)
    let start = try family.start(on: set)
    let trained = try setting.weights.map { try family.trained(on: set, weight: $0, from: start, budget: budget) }
    let limit = try family.values(of: trained.last!.predictor, on: set)
    let points = try zip(setting.weights, trained).map { weight, trained in
      let sample = try family.values(of: trained.predictor, on: set)
      let pool = try family.heldOutValues(of: trained.predictor)
      return PointRecord(
        weight: weight, trainingLoss: sample.loss, trainingLossVariance: sample.lossVariance, heldOutLoss: pool.loss,
        heldOutError: pool.lossError, xStar: sample.largestLoss, xStarHeldOut: pool.largestLoss,
        rSample: sample.divergence, rPool: pool.divergence, gradientNorm: trained.gradientNorm,
        objectiveChange: trained.objectiveChange, evaluations: trained.evaluations,
        isLocalised: sample.objective(weight) <= limit.objective(weight) + 1e-9, accuracy: pool.accuracy,
        newClassAccuracy: try family.newClassAccuracy(of: trained.predictor))
    }
    return DrawRecord(
      draw: draw, budget: budget, zeroShotTrainingLoss: try family.values(of: nil, on: set).loss, points: points)
  }
}
