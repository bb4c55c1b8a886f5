import Basics
import Experiments
import Statistics

/// All numbers of a report: what every method came to in every setting, and how any two of them differ.
struct StudyAnalysis: Sendable {
  let results: StudyResults
  let grid: TestedGrid
  let summaries: [Setting: [MethodSummary]]
  let comparisons: [Comparison]
  /// The methods by name.
  let methods: [String: Method]
  /// How different the rows of learned prompts are, by the run's folder.
  let prompts: [String: [PromptDiagnostics]]
  private let indices: [ComparisonKey: Int]

  private struct ComparisonKey: Hashable {
    let setting: Setting
    let a: String
    let b: String
  }

  init(_ results: StudyResults, replicates: Int) throws {
    // One stream for all: comparisons of the same runs see the same draws.
    let bootstrap = CrossedBootstrap(
      stream: RandomStream(purpose: "report", task: "bootstrap", seed: 0), replicates: replicates)
    self.results = results
    grid = TestedGrid(results.cells)
    prompts = Dictionary(grouping: try PromptDiagnostics.all(results.prompts), by: \.folder)
    var summaries: [Setting: [MethodSummary]] = [:]
    var comparisons: [Comparison] = []
    for group in grid.groups {
      let methods = group.methods
      summaries[group.setting] = try methods.compactMap { try MethodSummary(group, $0, bootstrap) }
      var family: [Comparison] = []
      for (index, a) in methods.enumerated() {
        for b in methods[(index + 1)...] {
          if let comparison = try Comparison(group, a, b, bootstrap) { family.append(comparison) }
        }
      }
      let adjusted = try HolmCorrection.adjusted(family.map(\.p))
      for index in family.indices { family[index].pHolm = adjusted[index] }
      comparisons += family
    }
    self.summaries = summaries
    self.comparisons = comparisons
    methods = grid.groups.reduce(into: [:]) { methods, group in
      for method in group.runs.keys { methods[method.name] = method }
    }
    indices = comparisons.enumerated().reduce(into: [:]) { indices, entry in
      indices[ComparisonKey(setting: entry.element.setting, a: entry.element.a, b: entry.element.b)] = entry.offset
    }
  }

  /// The difference a − b, whichever of the two the table has first; nil if they could not be paired.
  func comparison(_ a: Method, _ b: Method, _ setting: Setting) -> Comparison? {
    if let index = indices[ComparisonKey(setting: setting, a: a.name, b: b.name)] { return comparisons[index] }
    return indices[ComparisonKey(setting: setting, a: b.name, b: a.name)].map { comparisons[$0].reversed }
  }

  /// What a method came to.
  func summary(_ method: Method, _ setting: Setting) -> MethodSummary? {
    summaries[setting]?.first { $0.method == method.name }
  }

  /// The groups that a reader looks at first: for each scope and measure the mean over tasks if there are several, with the
  /// most images a class, then the epochs that most methods have.
  func focus(_ scope: Scope) -> [TestedGrid.Group] {
    let inScope = grid.groups.filter { $0.scope == scope }
    let isMean = inScope.contains { $0.pairs.count > 1 }
    let candidates = inScope.filter { ($0.pairs.count > 1) == isMean }
    func shots(_ group: TestedGrid.Group) -> Int { group.setting.shots ?? .max }
    func count(_ group: TestedGrid.Group) -> Int { group.runs.keys.count { $0.kind == .learned } }
    guard
      let best = candidates.max(by: {
        (count($0), shots($0), $0.pairs.count, $0.setting.epochs) < (
          count($1), shots($1), $1.pairs.count, $1.setting.epochs
        )
      })
    else { return [] }
    let alike = candidates.filter {
      ($0.setting.task, $0.setting.tested) == (best.setting.task, best.setting.tested)
        && $0.setting.shots == best.setting.shots && $0.setting.epochs == best.setting.epochs
    }
    return alike.sorted { $0.setting < $1.setting }
  }

  /// The scopes there are, the one that the protocol is about first: carried to other tasks, if anything is.
  var scopes: [Scope] { [.others, .own, .source].filter { scope in grid.groups.contains { $0.scope == scope } } }
}
