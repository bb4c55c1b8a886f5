import CLIPModel
import Experiments

extension StudyTables {
  /// How different the rows of the learned prompts are: effective rank and cosines, the mean over tasks and seeds.
  package func prompts() -> Table? {
    guard let scope = [Scope.source, .own, .others].first(where: { analysis.scopes.contains($0) }),
      let group = FindingRules.leading(analysis.focus(scope))
    else { return nil }
    let rows = group.methods.flatMap { method -> [[Table.Field]] in
      // A run that was tested on several tasks is one run.
      let folders = Set((group.runs[method] ?? [:]).values.flatMap { $0.runs.values.compactMap { $0[0].folder } })
      let diagnostics = folders.sorted().flatMap { analysis.prompts[$0] ?? [] }
      return Modality.allCases.compactMap { encoder -> [Table.Field]? in
        let those = diagnostics.filter { $0.encoder == encoder }
        guard !those.isEmpty else { return nil }
        return [
          Table.Field(labels.structure(method)), Table.Field(labels.supervision(method.supervision)),
          Table.Field(encoder == .text ? "text" : "image"), rowCounts(those),
          mean(those.map(\.effectiveRank), NumberText.significant),
          mean(those.compactMap(\.meanAbsoluteCosine), NumberText.three),
          mean(those.compactMap(\.largestShare), NumberText.three),
        ]
      }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      title: "Learned prompts, \(wording.tasks(group))",
      caption:
        "The rows that enter an encoder in all prompted layers, one below the other: shared tokens, or queries, keys and "
        + "values where these are learned apart. Effective rank: exp of the entropy of the singular values' shares, between "
        + "1 and the number of rows, which bounds it: compare it where the rows are as many. |cos|: the mean over pairs of "
        + "rows. Largest share: that of the largest eigenvalue of the matrix of cosines. Means over tasks and seeds, in "
        + "brackets the smallest and the largest. Prompts of each class or image for itself are not looked at.",
      columns: ["structure", "supervision", "encoder"].map { Table.Column(title: $0, isNumber: false) }
        + ["rows", "effective rank", "mean |cos|", "largest share"].map { Table.Column(title: $0) },
      rows: rows)
  }

  /// How much attention rows pay to prompts in every layer, the mean over tasks and seeds.
  package func attention() -> Table? {
    guard let (group, lines) = analysis.attention() else { return nil }
    let most = lines.map(\.layerCount).max() ?? 0
    return Table(
      title: "Attention to prompts by layer, \(wording.tasks(group))",
      caption:
        "How much of the attention of rows that are no prompts goes to prompt rows, in %: the sum of the weights, mean over "
        + "heads, over these rows (in texts those behind a prompt), and over all learned classes or up to 16 test images. "
        + "Above the layers that prompts enter it is attention to what became of them. Means over tasks and seeds, in "
        + "brackets the smallest and the largest.",
      columns: ["structure", "supervision", "encoder"].map { Table.Column(title: $0, isNumber: false) }
        + (1...most).map { Table.Column(title: "layer \($0)") },
      rows: lines.map { line in
        [
          Table.Field(labels.structure(line.method)), Table.Field(labels.supervision(line.method.supervision)),
          Table.Field(line.encoder == .text ? "text" : "image"),
        ] + (0..<most).map { mean(line.shares($0), NumberText.percent) }
      })
  }

  private func rowCounts(_ diagnostics: [PromptDiagnostics]) -> Table.Field {
    let counts = Set(diagnostics.map(\.rows)).sorted()
    return Table.Field(counts.map(NumberText.whole).joined(separator: " or "), key: Double(counts[0]))
  }

  private func mean(_ values: [Double], _ text: (Double) -> String) -> Table.Field {
    guard let low = values.min(), let high = values.max() else { return .none }
    let mean = values.reduce(0, +) / Double(values.count)
    return Table.Field(
      text(mean), interval: values.count > 1 ? "[\(text(low)), \(text(high))]" : "", key: mean)
  }
}
