import Basics
import BoundAnalysis

/// `details.csv`: one line for each family, λ, N and training set, those of the pilots and of other budgets too, with what the
/// estimates need and `draws.csv` has no column for.
package enum DetailsCSV {
  package static let columns = [
    "structure", "lambda", "size", "draw", "purpose", "budget", "trainingLoss", "trainingLossVariance", "heldOutLoss",
    "heldOutError", "xStar", "xStarHeldOut", "rSample", "rPool", "evaluations", "localised", "signedMaximum",
    "posteriorSamples", "posteriorDeviation", "posteriorDivergence", "posteriorTrainingError", "posteriorHeldOutError",
  ]

  package static func text(_ results: BoundResults) -> String {
    var text = CSV.line(columns)
    for sweep in results.sweeps {
      let purposes = [("estimate", sweep.draws), ("pilot", sweep.pilots), ("budget", sweep.otherBudgets)]
      for weight in results.setting.weights {
        for size in results.setting.sizes {
          let maxima = sweep.signedMaxima.filter { $0.weight.value == weight.value && $0.draw.size == size }
          let posteriors = (sweep.posteriors ?? []).filter { $0.draw.size == size }
          for (purpose, records) in purposes {
            let sorted = records.filter { $0.draw.size == size }.sorted {
              ($0.budget, $0.draw.index) < ($1.budget, $1.draw.index)
            }
            for record in sorted {
              guard let point = record.points.first(where: { $0.weight.value == weight.value }) else { continue }
              let maximum = purpose == "estimate" ? maxima.first { $0.draw == record.draw }?.value : nil
              let posterior = purpose == "estimate" ? posteriors.first { $0.draw == record.draw } : nil
              text += line(purpose, record, point, sweep.name, maximum, posterior)
            }
          }
        }
      }
    }
    return text
  }

  private static func line(
    _ purpose: String, _ record: DrawRecord, _ point: PointRecord, _ name: String, _ maximum: Double?,
    _ posterior: PosteriorRecord?
  ) -> String {
    let around = posterior?.points.first { $0.weight.value == point.weight.value }
    let values: [FileValue] = [
      .text(name), .text(point.weight.text), .count(record.draw.size), .count(record.draw.index), .text(purpose),
      .count(record.budget), .number(point.trainingLoss), .number(point.trainingLossVariance),
      .number(point.heldOutLoss), .number(point.heldOutError), .number(point.xStar), .number(point.xStarHeldOut),
      .number(point.rSample), .number(point.rPool), .count(point.evaluations), .flag(point.isLocalised),
      .optional(maximum), posterior.map { .count($0.samples) } ?? .none, .optional(around?.deviation),
      .optional(around?.divergence), .optional(around?.trainingError), .optional(around?.heldOutError),
    ]
    return CSV.line(values.map(\.field))
  }
}
