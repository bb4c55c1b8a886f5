import Basics
import Datasets
import Foundation
import HardLabel
import PromptLearning
import RPP
import SafeTensors

/// The input is the folder of a run: `run.json`, `result.json`, `metrics.jsonl` and the metadata of a checkpoint, a line
/// `KEY VALUE` each, with the byte 30 between them.
///
/// The checkpoint gets its checksum here, which no fuzzer would guess. The run goes on as far as its next step.
enum RunTarget {
  private static let path = ScratchFolder.folder("run")
  /// The features of the images are the same every time.
  private static let frozen = FrozenResults()

  static func run(_ input: [UInt8]) throws {
    let parts = input.split(separator: 30, maxSplits: 3, omittingEmptySubsequences: false)
    // What an input before this one brought to its end.
    unlink("\(path)/final.safetensors")
    ScratchFolder.write(parts[0], to: "\(path)/run.json")
    ScratchFolder.write(parts.count > 1 ? parts[1] : [], to: "\(path)/result.json")
    ScratchFolder.write(parts.count > 2 ? parts[2] : [], to: "\(path)/metrics.jsonl")

    let record = try RunDirectory.record(in: path)
    let directory = try RunDirectory(opening: path, for: record)
    let evaluations = directory.result.map { [$0.training, $0.test, $0.zeroShot] } ?? []
    let configuration = record.configuration
    guard isAllowed(configuration, evaluations) else { return }
    for evaluation in evaluations { _ = evaluation.accuracy }
    try directory.keepMetrics(before: 2)
    _ = try PluginRegistry.standard.supervision(configuration.supervision)
    let run = PreparedRun(
      configuration, task: TinyTask(classNames: configuration.classNames), backbone: TinyBackbone.readable,
      structure: try PluginRegistry.standard.structure(configuration.structure),
      // Others may name a teacher, which would be loaded.
      supervision: Supervision([HardLabel()]), frozen: frozen)
    let trainer = try run.trainer()
    let initial = try trainer.initialState()
    try writeCheckpoint(initial, parts.count > 3 ? parts[3] : [], to: directory.checkpointPath)
    do {
      _ = try trainer.run(in: directory, shouldStop: { true })
    } catch is Trainer.Interrupted {}
  }

  /// What reading a folder does not refuse yet, and then nothing should.
  private static func isAllowed(_ configuration: RunConfiguration, _ evaluations: [Evaluation]) -> Bool {
    let counts = 1...1_000_000
    return counts.contains(configuration.batchSize) && counts.contains(configuration.epochs)
      && (configuration.activationMemory.map(RunConfiguration.activationMemoryRange.contains) ?? true)
      && evaluations.allSatisfy { $0.classes.allSatisfy { abs(Double($0.count)) + abs(Double($0.correct)) < 1e12 } }
  }

  private static func writeCheckpoint(_ state: TrainingState, _ lines: ArraySlice<UInt8>, to path: String) throws {
    var metadata: [String: String] = [:]
    for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      if words.count == 2 { metadata[String(words[0])] = String(words[1]) }
    }
    try SafeTensorsWriter.writeWithChecksum(
      to: path, tensors: state.parameters.names.map { SafeTensorsEntry("parameter.\($0)", state.parameters[$0]!) },
      metadata: metadata)
  }
}
