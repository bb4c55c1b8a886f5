import Experiments

extension TestedCell {
  /// The same, started from something.
  func started(_ start: String) -> TestedCell {
    TestedCell(
      kind: kind, task: task, tested: tested, start: start, structure: structure, supervision: supervision,
      shots: shots, epochs: epochs, seed: seed, classes: classes, record: record, training: training, terms: terms,
      parameters: parameters, folder: folder)
  }
}
