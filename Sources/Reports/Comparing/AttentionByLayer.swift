import CLIPModel

/// The attention that rows pay to the prompts of a method's runs in one encoder.
struct AttentionByLayer: Sendable {
  let method: Method
  let encoder: Modality
  /// For each run the share in each layer.
  let runs: [[Double]]

  /// Layers of the run that has the most.
  var layerCount: Int { runs.map(\.count).max() ?? 0 }

  /// The share in a layer of every run that has it.
  func shares(_ layer: Int) -> [Double] { runs.filter { layer < $0.count }.map { $0[layer] } }

  /// The mean over runs in a layer.
  func mean(_ layer: Int) -> Double {
    let shares = shares(layer)
    return shares.reduce(0, +) / Double(max(1, shares.count))
  }
}

extension StudyAnalysis {
  /// What is shown of attention to prompts: the group of the first scope that there is, method by method.
  func attention() -> (group: TestedGrid.Group, lines: [AttentionByLayer])? {
    guard let scope = [Scope.source, .own, .others].first(where: { scopes.contains($0) }),
      let group = FindingRules.leading(focus(scope))
    else { return nil }
    let lines = group.methods.flatMap { method -> [AttentionByLayer] in
      let cells = (group.runs[method] ?? [:]).values.flatMap { $0.runs.values.map { $0[0] } }
      // A run that was tested on several tasks is one run.
      let runs = Dictionary(cells.compactMap { cell in cell.folder.map { ($0, cell.attention) } }) { first, _ in first }
      let attention = runs.sorted { $0.key < $1.key }.flatMap(\.value)
      return Modality.allCases.compactMap { encoder in
        let layers = attention.filter { $0.encoder == encoder }.map(\.layers).filter { !$0.isEmpty }
        return layers.isEmpty ? nil : AttentionByLayer(method: method, encoder: encoder, runs: layers)
      }
    }
    return lines.isEmpty ? nil : (group, lines)
  }
}
