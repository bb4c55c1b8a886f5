import Basics
import Experiments

/// `costs.csv`: what training costs, for each structure and supervision.
package enum CostsCSV {
  static let columns = [
    "task", "structure", "supervision", "stepSeconds", "peakBytes", "parameters", "imagesPerSecond",
  ]

  package static func text(_ costs: [MeasuredCost]) -> String {
    let lines = sorted(costs).map { cost in
      [
        cost.task, cost.structure, cost.supervision, "\(cost.stepSeconds)", "\(cost.peakBytes)", "\(cost.parameters)",
        "\(cost.imagesPerSecond)",
      ]
    }
    return ([columns] + lines).map(CSV.line).joined()
  }

  static func sorted(_ costs: [MeasuredCost]) -> [MeasuredCost] {
    costs.sorted { ($0.task, $0.structure, $0.supervision) < ($1.task, $1.structure, $1.supervision) }
  }
}
