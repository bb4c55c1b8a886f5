import Basics
import Datasets
import Foundation
import StandardPlugins
import PromptLearning
import RPP
import SafeTensors

/// The input is the folder of a run: `run.json`, `result.json`, `metrics.jsonl` and what is changed in the metadata of a
/// correct checkpoint, a line `KEY VALUE` each, with the byte 30 between them.
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
    let configuration = record.configuration
    if let result = try? RunDirectory.result(in: path, of: configuration) { _ = result.harmonicMean }
    // Others may name a teacher, which would be loaded.
    _ = try PluginRegistry.standard.supervision(configuration.supervision)
    let structure = try PluginRegistry.standard.structure(configuration.structure)
    let context = try PromptContext(
      backbone: TinyBackbone.readable, classNames: configuration.classNames, template: "a photo of a {}.",
      sampleImages: { try images.tensor([0], preprocessing: TinyBackbone.readable.preprocessing) })
    var stream = RandomStream(name: "fuzzing")
    let initial = try structure.initialParameterSet(context, from: &stream)
    var model = TinyBackbone.readable.model
    model.activationLimit = 1 << 20
    let trainer = try Trainer(
      try PromptedCLIP(model: model, structure: structure, context: context, parameters: initial), from: initial,
      supervision: Supervision(HardLabel()), configuration: configuration, training: images, validation: nil,
      backbone: TinyBackbone.readable, frozen: frozen)
    try writeCheckpoint(
      trainer.initialState, of: configuration, parts.count > 3 ? parts[3] : [], to: directory.checkpointPath)
    do {
      _ = try trainer.run(in: directory, shouldStop: { true })
    } catch is Trainer.Interrupted {}
  }

  private static let images = TinyTask(classNames: ["a", "b"]).testSet()

  /// A correct checkpoint but for the entries of its metadata that the lines change.
  private static func writeCheckpoint(
    _ state: TrainingState, of configuration: RunConfiguration, _ lines: ArraySlice<UInt8>, to path: String
  ) throws {
    try state.write(to: path, configuration)
    let correct = try SafeTensorsFile(path: path)
    var metadata = correct.metadata.filter { $0.key != "checksum" }
    for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      if words.count == 2 { metadata[String(words[0])] = String(words[1]) }
    }
    try SafeTensorsWriter.writeWithChecksum(
      to: path, tensors: try correct.names.map { SafeTensorsEntry($0, try correct.tensor($0)) }, metadata: metadata)
  }
}
