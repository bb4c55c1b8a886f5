import Basics
import Foundation
import Optimization
import PromptLearning
import SafeTensors
import Tensors
import TestSupport
import Testing
import Training

@Suite struct TrainingStateTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/state.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  /// A state in the middle of an epoch.
  private func state(_ optimizer: TrainingRecipe.OptimizerName) throws -> TrainingState {
    let trainer = try TinyRun.trainer(TinyRun.configuration(optimizer: optimizer))
    var state = trainer.initialState
    for step in 0..<3 { _ = try trainer.step(&state, on: [step, step + 1]) }
    (state.epoch, state.step, state.bestAccuracy) = (1, 1, 1.0 / 3)
    return state
  }

  private func initial() throws -> ParameterSet { try TinyRun.trainer().initialState.parameters }

  private func read(_ optimizer: TrainingRecipe.OptimizerName = .sgd) throws -> TrainingState {
    try TrainingState(
      path: path, of: TinyRun.configuration(optimizer: optimizer), like: try initial())
  }

  @Test(arguments: TrainingRecipe.OptimizerName.allCases)
  func isReadAsItWasWritten(_ optimizer: TrainingRecipe.OptimizerName) throws {
    let state = try state(optimizer)
    try state.write(to: path, TinyRun.configuration(optimizer: optimizer))
    let read = try read(optimizer)
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
    let configuration = TinyRun.configuration(optimizer: .adamw)
    try state(.adamw).write(to: path, configuration)
    let bytes = try folder.bytes("state.safetensors")
    let initial = try initial()
    for position in stride(from: 0, to: bytes.count, by: 13) {
      var damaged = bytes
      damaged[position] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: path))
      expectOneLine("byte \(position)") { try TrainingState(path: path, of: configuration, like: initial) }
    }
    for count in [0, 7, 8, 100, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      expectOneLine("cut at \(count)") { try TrainingState(path: path, of: configuration, like: initial) }
    }
  }

  @Test func aCheckpointOfOtherPromptsIsRefused() throws {
    try state(.sgd).write(to: path, TinyRun.configuration())
    let longer = try TinyRun.trainer(structure: TinyRun.coop(length: 3)).initialState.parameters
    #expect(
      throws: Failure("\(path): parameter.context has the shape [2, 64], what is learned has [3, 64]")
    ) {
      try TrainingState(path: path, of: TinyRun.configuration(), like: longer)
    }
  }

  @Test func aCheckpointOfAnotherRunIsRefusedAndTheDifferenceNamed() throws {
    var other = TinyRun.configuration()
    other.seed = 9
    try state(.sgd).write(to: path, other)
    #expect(
      throws: Failure(
        "\(path) is of another run than run.json beside it (seed is 9 there, 1 here); put back the file that belongs here, "
          + "or begin again in another folder")
    ) { try read() }
  }

  /// Values with which a run would crash, or end otherwise than it began.
  @Test(arguments: [
    ("epoch", "4"), ("epoch", "-1"), ("epoch", "9223372036854775808"), ("step", "-1"), ("step", "x"),
    ("epochLoss", "nan"), ("epochLoss", "inf"), ("epochCorrect", "-1"),
    ("bestAccuracy", "nan"), ("bestAccuracy", "1.5"), ("bestAccuracy", "x"),
  ]) func valuesThatNoRunHasAreRefused(_ key: String, _ value: String) throws {
    try state(.sgd).write(to: path, TinyRun.configuration())
    try ForgedFile.rewrite(path) { $0[key] = value }
    #expect(throws: Failure("\(path): \(key) is \"\(value)\", and no run can stand there")) { try read() }
  }

  @Test(arguments: ["configuration", "arithmetic", "format", "optimizerSteps", "epochTerms", "epoch"])
  func whatIsMissingIsRefused(_ key: String) throws {
    try state(.sgd).write(to: path, TinyRun.configuration())
    try ForgedFile.rewrite(path) { $0[key] = nil }
    expectOneLine(key) { try read() }
    try state(.sgd).write(to: path, TinyRun.configuration())
    try ForgedFile.rewrite(path) { $0["optimizerSteps"] = "-1" }
    #expect(throws: Failure("\(path) is no checkpoint of this version of RPP")) { try read() }
  }

  @Test func anArithmeticThatDoesNotTellOfTheStepsIsRefused() throws {
    for history in ["[]", "[{}]", "{}"] {
      try state(.sgd).write(to: path, TinyRun.configuration())
      try ForgedFile.rewrite(path) { $0["arithmetic"] = history }
      expectOneLine(history) { try read() }
    }
  }

  @Test(arguments: ["parameter.context", "optimizer.context#velocity"])
  func numbersThatAreNotFiniteAreRefused(_ name: String) throws {
    try state(.sgd).write(to: path, TinyRun.configuration())
    try ForgedFile.rewrite(path, tensors: { $0 == name ? Tensor(shape: $1.shape, repeating: .nan) : $1 })
    #expect(throws: Failure("\(path): \(name) holds numbers that are not finite")) { try read() }
  }

  @Test func stateOfOptimizersMustFitThePrompts() throws {
    let state = try state(.sgd)
    try state.write(to: path, TinyRun.configuration())
    let metadata = try SafeTensorsFile(path: path, verifyingChecksum: true).metadata.filter { $0.key != "checksum" }
    for (name, shape, message) in [
      ("context#velocity", [1], "optimizer.context#velocity has the shape [1], what is learned has [2, 64]"),
      ("other#velocity", [2, 64], "other#velocity is no state of an optimizer of these parameters"),
    ] {
      try SafeTensorsWriter.writeWithChecksum(
        to: path,
        tensors: [
          SafeTensorsEntry("parameter.context", state.parameters["context"]!),
          SafeTensorsEntry("optimizer.\(name)", Tensor(shape: shape, repeating: 0)),
        ], metadata: metadata)
      #expect(throws: Failure("\(path): \(message)")) { try read() }
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
