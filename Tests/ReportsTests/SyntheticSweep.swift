import Basics
import BoundAnalysis
import Foundation

/// The results of a sweep that was never made, of the kind that sweeps have: the gap and R fall with λ, X* rises.
struct SyntheticSweep {
  var names = ["coop:contextLength=4"]
  var weights = "0,0.1,1,10,100,inf"
  var sizes = [24, 96]
  var draws = 40
  var signPairs = 10
  var delta = 0.1
  var population: Int?
  var hasEqualShares = false
  var temperature = 1.0
  /// The places of λ at which only every third draw is localised.
  var unsettled: Set<Int> = []
  var hasNewClasses = false
  var otherBudgets = [50, 1000]
  /// Predictors of each PAC-Bayes posterior; nil for none.
  var posteriorSamples: Int?
  var facts: [BoundResults.Fact] = [
    .init("task", "world:shapes@blurry, all 12 classes"), .init("backbone", "embedded:student"),
  ]

  func results() throws -> BoundResults {
    let weights = try DistillationWeight.list(weights)
    var setting = BoundSetting(
      weights: weights, sizes: sizes, draws: draws, pilots: 4, delta: delta, signPairs: signPairs)
    setting.posteriorSamples = posteriorSamples
    setting.otherBudgets = otherBudgets
    setting.otherBudgetWeights = otherBudgets.isEmpty ? [] : [weights[0], weights[weights.count - 1]]
    return BoundResults(
      setting: setting, sweeps: names.indices.map { family($0, setting) }, facts: facts, seconds: 83)
  }

  private func family(_ place: Int, _ setting: BoundSetting) -> FamilySweep {
    func records(_ purpose: TrainingDraw.Purpose, _ count: Int) -> [DrawRecord] {
      sizes.flatMap { size in
        (0..<count).map { record(place, TrainingDraw(purpose, size: size, index: $0), setting.weights, budget: 200) }
      }
    }
    let maxima = sizes.flatMap { size in
      (0..<signPairs).flatMap { index in
        setting.weights.map { weight in
          let draw = TrainingDraw(.estimate, size: size, index: index)
          var stream = RandomStream(purpose: "signs \(place)", task: "\(size) \(index) \(weight)", seed: 1)
          let noise = 1 + 0.1 * Self.normal(&stream)
          return SignedMaximum(
            weight: weight, draw: draw,
            value: (8 * pow(1 - Self.share(weight), 1.2) + 0.3) * (24 / Double(size)).squareRoot() * noise)
        }
      }
    }
    return FamilySweep(
      name: names[place], parameterCount: 512 * (place + 1),
      facts: FamilyFacts(
        uniformLoss: log(12), lossCap: 60 + log(12), temperature: temperature, population: population,
        hasEqualShares: hasEqualShares),
      zeroShotHeldOutLoss: 1.85, heldOutCount: 2000, pilots: records(.pilot, 4), draws: records(.estimate, draws),
      signedMaxima: maxima,
      otherBudgets: otherBudgets.flatMap { budget in
        (0..<min(8, draws)).map {
          record(
            place, TrainingDraw(.estimate, size: sizes[0], index: $0), setting.otherBudgetWeights, budget: budget)
        }
      },
      posteriors: posteriorSamples.map { samples in
        sizes.flatMap { size in (0..<draws).map { posterior(TrainingDraw(.estimate, size: size, index: $0), samples) } }
      })
  }

  /// With more λ the prompts stay nearer to their start, and err more on the training set.
  private func posterior(_ draw: TrainingDraw, _ samples: Int) -> PosteriorRecord {
    var stream = RandomStream(purpose: "posterior", task: "\(draw.size) \(draw.index)", seed: 1)
    return PosteriorRecord(
      draw: draw, delta: delta, samples: samples,
      points: (try? DistillationWeight.list(weights))!.map { weight in
        let share = Self.share(weight)
        let noise = 0.02 * abs(Self.normal(&stream))
        return PosteriorRecord.Point(
          weight: weight, deviation: draw.index % 3 == 0 ? 0.1 : 0.03, divergence: 40 * (1 - share) + 1,
          trainingError: 0.1 + 0.3 * share + noise, heldOutError: 0.45 + 0.1 * share * (1 - share) + noise)
      })
  }

  /// λ / (1 + λ).
  private static func share(_ weight: DistillationWeight) -> Double {
    weight.value.isFinite ? weight.value / (1 + weight.value) : 1
  }

  /// Roughly normal: a sum of twelve uniform numbers.
  private static func normal(_ stream: inout RandomStream) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double(stream.next() >> 11) * 0x1p-53 }
  }

  private func record(
    _ place: Int, _ draw: TrainingDraw, _ weights: [DistillationWeight], budget: Int
  ) -> DrawRecord {
    var stream = RandomStream(purpose: "sweep \(place)", task: "\(draw.purpose) \(draw.size) \(draw.index)", seed: 1)
    let own = Self.normal(&stream)
    let few = 24 / Double(draw.size)
    let points = weights.enumerated().map { index, weight -> PointRecord in
      let (share, noise) = (Self.share(weight), Self.normal(&stream))
      let effort = log(Double(budget) / 200) * 0.2 * (1 - share)
      let gap =
        (2.7 * (1 - share) + effort) * pow(few, 0.6) + 0.12 * few.squareRoot()
        + (0.2 * own + 0.1 * noise) * few.squareRoot() + 0.1 * Double(place)
      let trainingLoss = 0.05 + 0.3 * (1 - few) + 1.6 * share + 0.02 * abs(noise)
      let divergence = weight.value.isFinite ? 2.4 / pow(1 + 5 * weight.value, 1.2) : 4e-7
      return PointRecord(
        weight: weight, trainingLoss: trainingLoss, trainingLossVariance: 0.1 + share,
        heldOutLoss: trainingLoss + gap, heldOutError: 0.05, xStar: 0.2 + 8 * share + 2 * (1 - few) + abs(own),
        xStarHeldOut: 21 - 6 * share + abs(noise), rSample: divergence * (1 + 0.1 * abs(noise)),
        rPool: 1.6 * divergence * (1 + 0.1 * abs(own)), gradientNorm: index == 0 ? nil : 0.01 * abs(own),
        objectiveChange: 0.02 * abs(noise), evaluations: budget,
        isLocalised: !unsettled.contains(index) || draw.index.isMultiple(of: 3),
        accuracy: 0.46 + 0.1 * share * (1 - share), newClassAccuracy: hasNewClasses ? 0.3 + 0.2 * share : nil)
    }
    return DrawRecord(
      draw: draw, budget: budget, zeroShotTrainingLoss: 1.7 + 0.2 * own * few.squareRoot(), points: points)
  }
}
