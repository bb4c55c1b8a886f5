import Basics
import Foundation
import PromptLearning
import Training

/// How long the cells of a study are likely to take, from steps that were measured here.
struct StudyPlan: Sendable {
  private struct Key: Hashable {
    let task: String
    let structure: String
    let supervision: String

    init(_ cell: Cell) { (task, structure, supervision) = (cell.task, cell.structure, cell.judgement) }
  }

  private let costs: [Key: MeasuredCost]
  private let steps: [String: Int]
  private let memory: Int

  /// Runs whose steps take no longer than this are worked on side by side: their products are too small for several threads.
  private static let smallStepSeconds = 0.1

  init(_ study: Study, costs: [MeasuredCost]) throws {
    let known = Dictionary(
      costs.map {
        (
          Key(
            Cell(
              task: $0.task, classes: .all, shots: nil, structure: $0.structure, supervision: $0.supervision, seed: 0)),
          $0
        )
      },
      uniquingKeysWith: { first, _ in first })
    var steps: [String: Int] = [:]
    var counts: [String: Int] = [:]
    for cell in study.cells {
      let run = try study.run(cell, start: nil)
      let set = "\(cell.cell.task) \(cell.cell.classes) \(cell.cell.shots ?? 0)"
      let count = try counts[set] ?? run.trainingSet().count
      counts[set] = count
      let batch = min(run.configuration.batchSize, max(1, count))
      steps[cell.id] = run.configuration.epochs * (count / batch)
    }
    self.costs = known
    self.steps = steps
    memory = AvailableMemory.bytes() ?? .max
  }

  func stepSeconds(_ cell: Study.ResolvedCell) -> Double { costs[Key(cell.cell)]?.stepSeconds ?? 0 }

  func seconds(_ cell: Study.ResolvedCell) -> Double { Double(steps[cell.id] ?? 0) * stepSeconds(cell) }

  /// Whether a cell can run beside others.
  func isSmall(_ cell: Study.ResolvedCell) -> Bool {
    guard let cost = costs[Key(cell.cell)] else { return false }
    return cost.stepSeconds <= Self.smallStepSeconds && cost.peakBytes < memory / (2 * Parallel.threadCount)
  }
}
