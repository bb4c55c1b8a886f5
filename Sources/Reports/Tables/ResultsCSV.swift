import Basics
import Experiments

/// `results.csv`: one line for each tested cell, numbers in the shortest text that reads back as the same; the order follows
/// from the cells alone.
package enum ResultsCSV {
  static let columns = [
    "protocol", "task", "tested", "start", "structure", "supervision", "shots", "epochs", "seed", "classes", "images",
    "correct", "accuracy", "loss", "ece", "trainingAccuracy", "trainingLoss", "parameters",
  ]

  package static func text(_ results: StudyResults) throws -> String {
    let lines = try results.cells.sorted(by: precedes).map { cell in
      let evaluation = cell.record.evaluation
      return [
        results.protocolName, cell.task, cell.tested, cell.start, cell.structure, cell.supervision,
        Setting.text(shots: cell.shots), "\(cell.epochs)", "\(cell.seed)", cell.classes.rawValue,
        "\(evaluation.count)", "\(evaluation.classes.reduce(0) { $0 + $1.correct })", "\(evaluation.accuracy)",
        "\(evaluation.crossEntropy)", "\(try cell.calibration().expectedError)",
        cell.training.map { "\($0.accuracy)" } ?? "", cell.training.map { "\($0.crossEntropy)" } ?? "",
        "\(cell.parameters)",
      ]
    }
    return ([columns] + lines).map(CSV.line).joined()
  }

  /// By what was learned from what, then how, then what was tested: no two lines are alike in all of it.
  static func precedes(_ left: TestedCell, _ right: TestedCell) -> Bool {
    let texts = [
      (left.task, right.task), (left.tested, right.tested), (left.structure, right.structure),
      (left.supervision, right.supervision), (left.start, right.start),
    ]
    if let different = texts.first(where: { $0 != $1 }) { return different.0 < different.1 }
    let numbers: [(UInt64, UInt64)] = [
      (UInt64(left.shots ?? .max), UInt64(right.shots ?? .max)), (UInt64(left.epochs), UInt64(right.epochs)),
      (left.seed, right.seed),
    ]
    if let different = numbers.first(where: { $0 != $1 }) { return different.0 < different.1 }
    return TestClasses(left.classes) < TestClasses(right.classes)
  }
}
