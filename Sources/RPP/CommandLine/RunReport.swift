import Basics
import PromptLearning

/// What `rpp train` prints at the end.
enum RunReport {
  static func text(_ run: PreparedRun, _ result: RunResult, _ timing: RunTiming?, learned: Int, path: String) -> String
  {
    let configuration = run.configuration
    let gain = (result.test.accuracy - result.zeroShot.accuracy) * 100
    var lines = [
      "\(configuration.task), \(configuration.classes.rawValue) classes (\(result.test.classes.count)), "
        + "\(configuration.trainingImages), seed \(configuration.seed), \(configuration.backbone)",
      "  zero-shot      test accuracy \(percent(result.zeroShot.accuracy))",
    ]
    if learned > 0 {
      let name = type(of: run.structure).name
      lines.append(
        "  \(name)\(String(repeating: " ", count: max(1, 15 - name.count)))test accuracy \(percent(result.test.accuracy)) "
          + "(\(gain >= 0 ? "+" : "")\(gain.formatted(digits: 1)) points), "
          + "training accuracy \(percent(result.training.accuracy)), \(learned) learned parameters"
          + (timing.map { ", \(ProgressBar.duration($0.seconds))" } ?? ""))
      let new = configuration.classes == .base && !run.structure.isClassSpecific ? " --classes new" : ""
      lines.append(
        "  prompts in \(path)/final.safetensors; next: \(Terminal.program) evaluate --run '\(path)'\(new)")
    }
    return lines.map(\.printable).joined(separator: "\n")
  }

  static func percent(_ share: Double) -> String { "\((share * 100).formatted(digits: 1)) %" }
}
