import Basics
import Foundation
import Optimization
import PromptLearning
import SafeTensors
import Tensors
import Testing

@Suite struct TrainingStateTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/state.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  /// A state in the middle of an epoch.
  private func state(_ optimizer: TrainingRecipe.OptimizerName) throws -> TrainingState {
    let trainer = try TinyRun.trainer(TinyRun.configuration(optimizer: optimizer))
    var state = try trainer.initialState()
    for step in 0..<3 { _ = try trainer.step(&state, on: [step, step + 1]) }
    (state.epoch, state.step, state.bestAccuracy) = (1, 1, 1.0 / 3)
    return state
  }

  private func initial(_ optimizer: TrainingRecipe.OptimizerName) throws -> TrainingState {
    try TinyRun.trainer(TinyRun.configuration(optimizer: optimizer)).initialState()
  }

  @Test(arguments: TrainingRecipe.OptimizerName.allCases)
  func isReadAsItWasWritten(_ optimizer: TrainingRecipe.OptimizerName) throws {
    let state = try state(optimizer)
    try state.write(to: path, TinyRun.configuration())
    let read = try TrainingState(path: path, like: try initial(optimizer))
    #expect(read == state)
    #expect(read.optimizer.stepCount == 3)
    #expect(!read.optimizer.state.isEmpty)
  }

  @Test func holdsNoPath() throws {
    var configuration = TinyRun.configuration()
    configuration.task = "folder:/secret/place/pets"
    try state(.sgd).write(to: path, configuration)
    let text = String(decoding: try folder.bytes("state.safetensors"), as: UTF8.self)
    #expect(text.contains("folder:pets"))
    #expect(!text.contains("secret") && !text.contains(folder.path))
  }

  @Test func aFlippedByteAnywhereIsOneClearLine() throws {
    try state(.adamw).write(to: path, TinyRun.configuration())
    let bytes = try folder.bytes("state.safetensors")
    let initial = try initial(.adamw)
    for position in stride(from: 0, to: bytes.count, by: 13) {
      var damaged = bytes
      damaged[position] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: path))
      expectOneLine("byte \(position)") { try TrainingState(path: path, like: initial) }
    }
    for count in [0, 7, 8, 100, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      expectOneLine("cut at \(count)") { try TrainingState(path: path, like: initial) }
    }
  }

  @Test func aCheckpointOfOtherPromptsIsRefused() throws {
    try state(.sgd).write(to: path, TinyRun.configuration())
    let longer = try TinyRun.trainer(structure: TinyRun.coop(length: 3)).initialState()
    #expect(throws: Failure("\(path): context has the shape [2, 64], the structure's has [3, 64]")) {
      try TrainingState(path: path, like: longer)
    }
  }

  @Test func stateOfOptimizersMustFitThePrompts() throws {
    let state = try state(.sgd)
    let metadata = try {
      try state.write(to: path, TinyRun.configuration())
      return try SafeTensorsFile(path: path, verifyingChecksum: true).metadata
    }()
    for (name, shape) in [("context#velocity", [1]), ("other#velocity", [2, 64])] {
      try SafeTensorsWriter.writeWithChecksum(
        to: path,
        tensors: [
          SafeTensorsEntry("parameter.context", state.parameters["context"]!),
          SafeTensorsEntry("optimizer.\(name)", Tensor(shape: shape, repeating: 0)),
        ],
        metadata: metadata.filter {
          ["format", "epoch", "step", "optimizerSteps", "epochLoss", "epochCorrect"].contains($0.key)
        })
      #expect(throws: Failure("\(path): \(name) is no state of an optimizer of these prompts")) {
        try TrainingState(path: path, like: try initial(.sgd))
      }
    }
  }

  private func expectOneLine(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> TrainingState
  ) {
    do {
      _ = try body()
      Issue.record("\(what): no error", sourceLocation: sourceLocation)
    } catch {
      let text = "\(error)"
      #expect(error is Failure, "\(what): \(text)", sourceLocation: sourceLocation)
      #expect(text.contains(path) && !text.contains("\n"), "\(what): \(text)", sourceLocation: sourceLocation)
    }
  }
}
