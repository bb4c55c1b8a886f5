import Datasets
import Experiments
import Training

/// A study small enough to be checked by hand: one task with four test images, two structures, two seeds, zero-shot.
enum SmallStudy {
  static func results(task: String = "world:shapes", missing: [String] = []) -> StudyResults {
    StudyResults(
      protocolName: "few-shot", backbone: "embedded:student",
      cells: [
        cell(task, "sapl", seed: 2, [true, true, true, true]), cell(task, "sapl", seed: 1, [true, true, true, false]),
        cell(task, "coop", seed: 1, [true, false, true, false]),
        cell(task, "coop", seed: 2, [true, true, false, false]),
        cell(task, "zero-shot", kind: .reference, [true, false, false, false]),
      ],
      costs: [
        MeasuredCost(
          task: task, structure: "sapl", supervision: "hard-label", stepSeconds: 0.25, imagesPerSecond: 128,
          peakBytes: 1_000_000, parameters: 36_864)
      ],
      missing: missing,
      provenance: Provenance(
        command: "rpp compare", version: "0.4.0", arithmetic: ["OpenBLAS"], processor: "a processor", threads: 2))
  }

  static func cell(
    _ task: String, _ structure: String, kind: TestedCell.Kind = .learned, seed: UInt64 = 0, _ correct: [Bool],
    supervision: String = "hard-label", classes: ClassSelection = .all, confidence: Float = 0.75
  ) -> TestedCell {
    let isReference = kind == .reference
    let evaluation = Evaluation(
      classes: [
        Evaluation.ClassResult(name: "dot", count: 2, correct: correct.prefix(2).count { $0 }),
        Evaluation.ClassResult(name: "line", count: correct.count - 2, correct: correct.dropFirst(2).count { $0 }),
      ], crossEntropy: 0.5)
    return TestedCell(
      kind: kind, task: task, tested: task, structure: structure, supervision: isReference ? "" : supervision,
      shots: isReference ? 0 : 1, epochs: isReference ? 0 : 5, seed: seed, classes: classes,
      record: TestRecord(
        evaluation: evaluation, isCorrect: correct, confidences: correct.map { _ in confidence },
        images: "\(task)/\(classes)"),
      training: isReference
        ? nil
        : Evaluation(
          classes: [Evaluation.ClassResult(name: "dot", count: 4, correct: 3)],
          crossEntropy: 0.1 * Double(seed) + (structure == "sapl" ? 0 : 0.3)),
      terms: [:], parameters: isReference ? 0 : 8)
  }
}
