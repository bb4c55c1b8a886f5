import Basics
import Datasets
import Experiments
import Statistics

/// The cells of a study, sorted by setting, task and method.
struct TestedGrid: Sendable {
  /// A task that was tested, and the one that was learned on.
  struct Pair: Comparable, Hashable, Sendable {
    let task: String
    let tested: String

    static func < (left: Pair, right: Pair) -> Bool { (left.task, left.tested) < (right.task, right.tested) }
  }

  /// All methods in one setting: one task, or the mean over several.
  struct Group: Sendable {
    let setting: Setting
    let scope: Scope
    /// The tasks, sorted; more than one for a mean.
    let pairs: [Pair]
    /// The runs by method and task.
    let runs: [Method: [Pair: TestedRuns]]

    var methods: [Method] { runs.keys.sorted() }

    /// What is measured.
    var measure: AccuracyMeasure { setting.classes == .harmonic ? .harmonicMean : .accuracy }
  }

  /// In the order of their settings; the means over tasks last.
  let groups: [Group]
  /// Tests that were left out and why, a line each.
  let notes: [String]

  init(_ cells: [TestedCell]) {
    // References do not depend on what was learned elsewhere.
    var references: [String: [ClassSelection: [Method: TestedCell]]] = [:]
    var learned: [Setting: [Method: [UInt64: TestedCell]]] = [:]
    for cell in cells {
      if cell.kind == .reference {
        references[cell.tested, default: [:]][cell.classes, default: [:]][Method(cell)] = cell
      } else {
        let setting = Setting(
          task: cell.task, tested: cell.tested, classes: TestClasses(cell.classes), shots: cell.shots,
          epochs: cell.epochs)
        learned[setting, default: [:]][Method(cell), default: [:]][cell.seed] = cell
      }
    }
    Self.spreadBaselines(&learned)
    // Nothing was learned: the references alone are compared.
    if learned.isEmpty {
      for cell in cells {
        learned[
          Setting(task: cell.task, tested: cell.tested, classes: TestClasses(cell.classes), shots: 0, epochs: 0)] = [:]
      }
    }

    let transferred = Set(learned.keys.filter { $0.task != $0.tested }.map(\.task))
    var notes: [String] = []
    var single: [Group] = []
    for (setting, methods) in learned {
      let pair = Pair(task: setting.task, tested: setting.tested)
      let scope: Scope = pair.task != pair.tested ? .others : transferred.contains(pair.task) ? .source : .own
      var runs = methods.reduce(into: [Method: [Pair: TestedRuns]]()) { runs, entry in
        runs[entry.key] = [pair: TestedRuns(method: entry.key, runs: entry.value.mapValues { [$0] })]
      }
      let selection = ClassSelection(rawValue: setting.classes.rawValue)!
      for (method, cell) in references[setting.tested]?[selection] ?? [:] {
        runs[method] = [pair: TestedRuns(method: method, runs: [0: [cell]])]
      }
      for (method, entry) in runs where !entry[pair]!.hasSameImages {
        notes.append(
          "\(method.name) on \(setting.classes.rawValue) classes of \(setting.tested) is not compared: its seeds were "
            + "tested on different images")
        runs[method] = nil
      }
      single.append(Group(setting: setting, scope: scope, pairs: [pair], runs: runs))
    }
    single += single.filter { $0.setting.classes == .base }.compactMap { base in
      let setting = base.setting.with(.new)
      return single.first { $0.setting == setting }.flatMap { Self.harmonic(base, $0) }
    }
    groups = single.sorted { $0.setting < $1.setting } + Self.means(single)
    self.notes = notes.sorted()
  }

  /// A baseline that knows no epochs stands beside every number of them.
  private static func spreadBaselines(_ learned: inout [Setting: [Method: [UInt64: TestedCell]]]) {
    for (setting, methods) in learned where setting.epochs == 0 {
      let others = learned.keys.filter { $0.epochs != 0 && $0.with(epochs: 0) == setting }
      guard !others.isEmpty, methods.keys.allSatisfy({ $0.kind == .baseline }) else { continue }
      for other in others { learned[other]!.merge(methods) { own, _ in own } }
      learned[setting] = nil
    }
  }

  /// Base and new together, of the seeds that have both.
  private static func harmonic(_ base: Group, _ new: Group) -> Group? {
    let pair = base.pairs[0]
    let runs = base.runs.reduce(into: [Method: [Pair: TestedRuns]]()) { runs, entry in
      guard let left = entry.value[pair]?.runs, let right = new.runs[entry.key]?[pair]?.runs else { return }
      let both = left.reduce(into: [UInt64: [TestedCell]]()) { both, run in
        if let other = right[run.key] { both[run.key] = run.value + other }
      }
      if !both.isEmpty { runs[entry.key] = [pair: TestedRuns(method: entry.key, runs: both)] }
    }
    guard !runs.isEmpty else { return nil }
    return Group(setting: base.setting.with(.harmonic), scope: base.scope, pairs: [pair], runs: runs)
  }

  /// Means over tasks, where there are several of a scope.
  private static func means(_ single: [Group]) -> [Group] {
    struct Key: Hashable {
      let setting: Setting
      let scope: Scope
    }
    let families = Dictionary(grouping: single) { group in
      Key(setting: group.setting.mean(of: group.scope), scope: group.scope)
    }
    return families.compactMap { key, groups -> Group? in
      guard groups.count > 1 else { return nil }
      var runs: [Method: [Pair: TestedRuns]] = [:]
      for group in groups { for (method, entry) in group.runs { runs[method, default: [:]].merge(entry) { $1 } } }
      return Group(
        setting: key.setting, scope: key.scope, pairs: groups.map { $0.pairs[0] }.sorted(), runs: runs)
    }.sorted { $0.setting < $1.setting }
  }
}

extension Setting {
  func with(_ classes: TestClasses) -> Setting {
    Setting(task: task, tested: tested, classes: classes, shots: shots, epochs: epochs)
  }

  func with(epochs: Int) -> Setting {
    Setting(task: task, tested: tested, classes: classes, shots: shots, epochs: epochs)
  }

  /// The mean over the tasks of a scope with the same shots and epochs.
  func mean(of scope: Scope) -> Setting {
    Setting(task: "all", tested: scope.tested, classes: classes, shots: shots, epochs: epochs)
  }
}
