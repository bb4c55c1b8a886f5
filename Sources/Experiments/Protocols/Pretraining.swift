import Basics
import Datasets

/// Prompts learned on a large class set and carried elsewhere; see Chen et al. 2024 (RPP), figures 3 and 4 and the transfer tables.
///
/// On the source: for the most images every number of epochs, and for the most epochs every number of images, each a run of its
/// own. The prompt of the most images and epochs is tested on the other tasks as it is, and few-shot learning there starts from
/// it and, beside it, from where the structure usually starts.
public struct Pretraining: StudyProtocol {
  public static let name = "pretraining"
  public static let summary =
    "Learned on a large class set (--source) with several numbers of images and epochs, tested on the other tasks as it is, "
    + "and few-shot learning there that starts from it."
  public static let takes: Set<GridPart> = [.source, .fewShots]

  public init() {}

  public func cells(of grid: Grid, tasks: [String: any ClassificationTask]) throws -> [PlannedCell] {
    let source = try grid.requireSource(Self.name, example: "world:large@blurry")
    // No number means all images, or the recipe's epochs; the largest number is otherwise the most.
    let shots = grid.shots.contains(nil) ? nil : grid.shots.compactMap { $0 }.max()
    let epochs = grid.epochs.contains(nil) ? nil : grid.epochs.compactMap { $0 }.max()
    let transfer = grid.tasks.filter { $0 != source }
    var cells: [PlannedCell] = []
    var most: [Cell] = []
    for planned in grid.cells(on: source, .all, tests: [CellTest(task: source, classes: .all)])
    where planned.cell.shots == shots || planned.cell.epochs == epochs {
      var planned = planned
      if planned.cell.shots == shots, planned.cell.epochs == epochs {
        planned.tests += transfer.map { CellTest(task: $0, classes: .all) }
        most.append(planned.cell)
      }
      cells.append(planned)
    }
    guard let fewShotSupervision = grid.supervisions.first else { return cells }
    for task in transfer {
      for fewShots in grid.fewShots {
        for structure in grid.structures {
          for seed in grid.seeds {
            let starts = most.filter { $0.structure == structure && $0.seed == seed }.map(Cell.Start.pretrained)
            cells += ([.usual] + starts).map { start in
              PlannedCell(
                Cell(
                  task: task, classes: .all, shots: fewShots, structure: structure, supervision: fewShotSupervision,
                  seed: seed, start: start),
                tests: [CellTest(task: task, classes: .all)])
            }
          }
        }
      }
    }
    return cells
  }
}
