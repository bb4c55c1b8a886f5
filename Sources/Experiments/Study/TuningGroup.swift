/// Cells that differ in their seed alone, and so share a learning rate that is searched for them.
struct TuningGroup: Sendable {
  /// A learning rate to try.
  struct Trial: Sendable {
    let learningRate: Double
    /// The name of its folder.
    let id: String
  }

  /// The cell of the first seed: trials are its run with other rates.
  let cell: Study.ResolvedCell
  /// The recipe's own rate.
  let own: Double
  /// In ascending order of their rates.
  let trials: [Trial]

  /// In words, for messages.
  func words(_ trial: Trial) -> String {
    "\(cell.cell.task), \(cell.cell.structure), \(cell.cell.judgement), learning rate \(trial.learningRate)"
  }
}
