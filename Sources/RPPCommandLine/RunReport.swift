import Basics
import Datasets
import PromptLearning
import Training

/// What `rpp train` prints.
enum RunReport {
  /// A step on the progress line.
  static func text(_ progress: Trainer.Progress) -> String {
    let loss = "epoch \(progress.epoch + 1)  loss \(progress.loss.formatted(digits: 3))"
    guard progress.terms.count > 1 else { return loss }
    let terms = progress.terms.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.formatted(digits: 3))" }
    return "\(loss) (\(terms.joined(separator: ", ")))"
  }

  /// What a run came to.
  static func text(_ run: Run, _ outcome: RunOutcome, path: String) -> String {
    let (configuration, result) = (run.configuration, outcome.result)
    let learned = outcome.prompt.parameters.count
    let head =
      "\(configuration.task), \(configuration.classes.rawValue) classes (\(result.test.classes.count)), "
      + "\(configuration.trainingImages), seed \(configuration.seed), \(configuration.backbone)"
    var lines = [(name: "zero-shot", text: "test accuracy \(percent(result.zeroShot.accuracy))")]
    guard learned > 0 else { return ([head] + aligned(lines)).map(\.printable).joined(separator: "\n") }
    lines.append(
      (
        type(of: run.structure).name,
        "test accuracy \(percent(result.test.accuracy)) (\(points(result.test, result.zeroShot))), "
          + "training accuracy \(percent(result.training.accuracy)), \(learned) learned parameters"
          + (outcome.timing.map { ", \(ProgressBar.duration($0.seconds))" } ?? "")
      ))
    for test in result.tests.dropFirst() {
      let mean = result.harmonicMean.map { ", harmonic mean \(percent($0))" } ?? ""
      lines.append(
        (
          "\(test.classes.rawValue) classes",
          "test accuracy \(percent(test.prompt.accuracy)) (\(points(test.prompt, test.zeroShot)))"
            + (test.classes == .new ? mean : "")
        ))
    }
    if run.supervision.terms.count > 1 {
      let terms = result.terms.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.formatted(digits: 3))" }
      lines.append(("training loss", terms.joined(separator: ", ")))
    }
    let next =
      "  prompts in \(path)/final.safetensors; next: \(Terminal.program) evaluate --run \(Terminal.quoted(path))"
    return ([head] + aligned(lines) + [next]).map(\.printable).joined(separator: "\n")
  }

  /// The texts in one column, behind the longest name.
  private static func aligned(_ lines: [(name: String, text: String)]) -> [String] {
    let width = lines.map(\.name.count).max() ?? 0
    return lines.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count + 2))\($0.text)" }
  }

  private static func points(_ prompt: Evaluation, _ zeroShot: Evaluation) -> String {
    let gain = (prompt.accuracy - zeroShot.accuracy) * 100
    return "\(gain >= 0 ? "+" : "")\(gain.formatted(digits: 1)) points"
  }

  static func percent(_ share: Double) -> String { "\((share * 100).formatted(digits: 1)) %" }
}
