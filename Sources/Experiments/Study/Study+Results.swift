import Basics
import Datasets
import Foundation
import PromptLearning
import Training

extension Study {
  /// A hand-written template or a teacher on a test.
  struct Reference: Hashable {
    let test: CellTest
    let request: FrozenModelRequest
    let key: String

    /// As a structure's text: `zero-shot`, `zero-shot:template=domain`, `teacher:backbone=embedded:teacher`.
    let name: String

    init(_ test: CellTest, _ request: FrozenModelRequest, backboneChecksum: String) {
      self.test = test
      self.request = request
      let options =
        [("backbone", request.backbone), ("template", request.templates)].compactMap { name, value in
          value.map { (name: name, value: $0) }
        }
      name = PluginSpecification(name: request.backbone == nil ? "zero-shot" : "teacher", options: options).text
      key = [test.task, test.classes.rawValue, name, backboneChecksum].joined(separator: "\n")
    }
  }

  /// Zero-shot with the plain template, with the domain's, and every teacher, on every test.
  var references: [Reference] {
    var seen: Set<Reference> = []
    let tests = cells.flatMap(\.planned.tests)
    let requests = [FrozenModelRequest(), FrozenModelRequest(templates: PromptContext.domain)] + teachers
    return tests.flatMap { test in
      requests.filter { request in
        // A task without a style of its own has no template for it.
        tasks[test.task]!.domainTemplate != nil || request.templates.map { !$0.contains(PromptContext.domain) } ?? true
      }.map { Reference(test, $0, backboneChecksum: setting.backboneChecksum) }
    }.filter { seen.insert($0).inserted }
  }

  func results(in folder: StudyFolder, command: String, failures: [String: String]) throws -> StudyResults {
    var tested: [TestedCell] = []
    var missing: [String] = []
    var kernels: Set<String> = []
    var records: [(cell: ResolvedCell, record: CellRecord)] = []
    var baselines: [(cell: BaselineCell, record: BaselineRecord)] = []
    for reference in references {
      guard let record = try folder.reference(reference.key) else { continue }
      tested.append(
        TestedCell(
          kind: .reference, task: reference.test.task, tested: reference.test.task, structure: reference.name,
          supervision: "", shots: 0, epochs: 0, seed: 0, classes: reference.test.classes, record: record,
          training: nil, terms: [:], parameters: 0))
    }
    for cell in baselineCells {
      do {
        guard failures[cell.key] == nil, let record = try folder.baseline(cell.key) else {
          missing.append("\(cell.words): " + (failures[cell.key] ?? "not learned yet"))
          continue
        }
        baselines.append((cell, record))
        tested += record.tests.filter { cell.tests.contains($0.test) }.map { test in
          TestedCell(
            kind: .baseline, task: cell.task, tested: test.test.task, structure: cell.baseline,
            supervision: BaselineCell.supervision, shots: cell.shots, epochs: 0, seed: cell.seed,
            classes: test.test.classes, record: test.record, training: record.training, terms: [:],
            parameters: record.parameters)
        }
      } catch let failure as Failure {
        missing.append("\(cell.words): \(failure)")
      }
    }
    for trial in trialWords.sorted(by: { $0.key < $1.key }) {
      if let failure = failures[trial.key] { missing.append("\(trial.value): \(failure)") }
    }
    for cell in cells {
      let words =
        "\(cell.cell.task), \(cell.cell.structure), \(cell.cell.judgement), "
        + "\(cell.cell.shots.map { Shots.perClass($0) } ?? .all), seed \(cell.cell.seed)"
      let record: CellRecord
      do {
        guard failures[cell.id] == nil, let kept = try folder.cellRecord(cell.id) else {
          missing.append("\(words): " + (failures[cell.id] ?? "not run yet"))
          continue
        }
        record = kept
      } catch let failure as Failure {
        missing.append("\(words): \(failure)")
        continue
      }
      records.append((cell, record))
      kernels.formUnion(record.kernels)
      for test in record.tests where cell.planned.tests.contains(test.test) {
        guard let testRecord = test.record else { continue }
        tested.append(
          TestedCell(
            kind: .learned, task: cell.cell.task, tested: test.test.task, start: Self.words(cell.cell.start),
            structure: cell.cell.structure, supervision: cell.cell.judgement, shots: cell.cell.shots,
            epochs: record.configuration.epochs, seed: cell.cell.seed, classes: test.test.classes, record: testRecord,
            training: record.training, terms: record.terms, parameters: record.parameters,
            folder: "runs/\(cell.id)", tuning: record.tuning,
            attention: record.attention ?? []))
      }
    }
    let (prompts, notes) = try learnedRows(
      of: records.filter { $0.record.parameters > 0 }.map(\.cell), in: folder)
    return StudyResults(
      protocolName: setting.protocolName, backbone: setting.backbone, cells: tested, costs: folder.costs(),
      fairness: Fairness(records.map { ($0.cell.cell, $0.record) }, baselines: baselines).sentences, missing: missing,
      provenance: Provenance(command: command, kernels: kernels),
      prompts: prompts, notes: notes)
  }

  /// All trials in words, by their ids.
  private var trialWords: [String: String] {
    tuningGroups.values.reduce(into: [:]) { words, group in
      for trial in group.trials { words[trial.id] = group.words(trial) }
    }
  }

  /// The rows of the prompts that some cells learned, and which of these cannot be read, a line each.
  private func learnedRows(
    of cells: [ResolvedCell], in folder: StudyFolder
  ) throws -> (rows: [PromptRows], notes: [String]) {
    var rows: [PromptRows] = []
    var notes: [String] = []
    for cell in cells {
      do {
        let prompt = try LearnedPrompt(
          path: "\(folder.runPath(cell.id))/final.safetensors", registry: registry.plugins)
        rows += try prompt.rows(on: backbone).sorted { $0.key.rawValue < $1.key.rawValue }.map { encoder, tensor in
          PromptRows(
            folder: "runs/\(cell.id)", encoder: encoder, width: tensor.columns, values: tensor.elements)
        }
      } catch let failure as Failure {
        // Its tests are known all the same.
        notes.append("the prompts of a run cannot be looked at: \(failure)")
      }
    }
    return (rows, notes)
  }

  /// What a run started from, in words without `|`.
  static func words(_ start: Cell.Start) -> String {
    switch start {
    case .usual: "usual"
    case .pretrained(let cell):
      [
        "pretrained on \(cell.task)", cell.judgement,
        "\(cell.shots.map { Shots.perClass($0) } ?? .all)", cell.epochs.map { "\($0) epochs" },
      ].compactMap { $0 }.joined(separator: " ").replacing("|", with: "/")
    }
  }
}
