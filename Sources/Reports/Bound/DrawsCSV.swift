import Basics
import BoundAnalysis

/// `draws.csv`: one line for each family, λ, N and training set of the estimates.
package enum DrawsCSV {
  package static let columns = [
    "structure", "lambda", "size", "draw", "trainingLoss", "heldOutLoss", "gap", "zeroShotGap", "xStar",
    "xStarHeldOut", "rSample", "rPool", "gradientNorm", "objectiveChange", "localised", "inSet", "converged",
    "accuracy", "newClassAccuracy",
  ]

  package static func text(_ results: BoundResults) -> String {
    var text = CSV.line(columns)
    for sweep in results.sweeps {
      for (index, weight) in results.setting.weights.enumerated() {
        for size in results.setting.sizes {
          let radius = sweep.radius(weight, size: size)
          let draws = sweep.draws.filter { $0.draw.size == size }.sorted { $0.draw.index < $1.draw.index }
          for draw in draws { text += line(draw, draw.points[index], sweep, radius) }
        }
      }
    }
    return text
  }

  private static func line(
    _ record: DrawRecord, _ point: PointRecord, _ sweep: FamilySweep, _ radius: Double
  ) -> String {
    let values: [FileValue] = [
      .text(sweep.name), .text(point.weight.text), .count(record.draw.size), .count(record.draw.index),
      .number(point.trainingLoss), .number(point.heldOutLoss), .number(point.gap),
      .number(sweep.zeroShotHeldOutLoss - record.zeroShotTrainingLoss), .number(point.xStar),
      .number(point.xStarHeldOut), .number(point.rSample), .number(point.rPool), .optional(point.gradientNorm),
      .number(point.objectiveChange), .flag(point.isLocalised), .flag(point.rPool <= radius),
      .flag(point.isConverged), .number(point.accuracy), .optional(point.newClassAccuracy),
    ]
    return CSV.line(values.map(\.field))
  }
}
