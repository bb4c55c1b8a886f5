import Basics

/// `comparisons.csv`: the difference of any two methods in every setting, in the order of the settings; means over tasks
/// last. Holm's family is one setting: all comparisons that have task, tested, classes, shots and epochs in common.
package enum ComparisonsCSV {
  static let columns = [
    "protocol", "task", "tested", "classes", "shots", "epochs", "a", "b", "pairs", "difference", "low", "high", "p",
    "pHolm",
  ]

  package static func text(_ comparisons: [Comparison], protocolName: String) -> String {
    let lines = comparisons.map { line in
      [
        protocolName, line.setting.task, line.setting.tested, line.setting.classes.rawValue,
        Setting.text(shots: line.setting.shots), "\(line.setting.epochs)", line.a, line.b, "\(line.pairs)",
        "\(line.difference)", "\(line.low)", "\(line.high)", "\(line.p)", "\(line.pHolm)",
      ]
    }
    return ([columns] + lines).map(CSV.line).joined()
  }
}
