import Experiments

/// How differently a method and a reference do on the test images of one class.
struct ClassChange: Sendable {
  let task: String
  let selection: String
  let name: String
  let images: Int
  /// The reference's accuracy.
  let reference: Double
  /// The method's, the mean over seeds.
  let learned: Double

  var change: Double { learned - reference }

  /// Every class with test images, in label order.
  static func all(of learned: TestedRuns, against reference: TestedRuns, task: String) -> [ClassChange] {
    let runs = learned.runs.sorted { $0.key < $1.key }.map(\.value)
    guard let base = reference.runs.values.first else { return [] }
    return base.enumerated().flatMap { group, cell in
      cell.record.evaluation.classes.enumerated().compactMap { label, result -> ClassChange? in
        let results = runs.compactMap { run -> Double? in
          let classes = run[group].record.evaluation.classes
          return label < classes.count && classes[label].name == result.name ? classes[label].accuracy : nil
        }
        guard result.count > 0, results.count == runs.count else { return nil }
        return ClassChange(
          task: task, selection: cell.classes.rawValue, name: result.name, images: result.count,
          reference: result.accuracy, learned: results.reduce(0, +) / Double(results.count))
      }
    }
  }
}
