import Basics
import Foundation

/// Training of a backbone in a folder, with a checkpoint to go on from.
public struct BackboneRun: Sendable {
  /// A finished training.
  public struct Finished {
    public let trainer: BackboneTrainer
    /// Seconds that all of its steps took, in all processes.
    public let seconds: Double
    /// The machine of the last process.
    public let machine: String
  }

  /// What was spent so far; kept beside the checkpoint, which holds no time.
  private struct Spent: Codable {
    var seconds = 0.0
  }

  /// The tokenizer's merges, learned from captions.
  public let merges: [(String, String)]
  private let recipe: BackboneRecipe
  private let checkpointPath: String
  private let spentPath: String
  private let lock: FileLock

  /// Steps from one checkpoint to the next.
  private static let checkpointInterval = 200

  /// A training of the given recipe.
  ///
  /// - Parameter name: What its files are called.
  /// - Throws: ``Failure`` if the folder cannot be made.
  public init(_ recipe: BackboneRecipe, name: String, in directory: String) throws {
    try Folder.make(directory)
    lock = try FileLock(in: directory, name: "\(name).lock")
    self.recipe = recipe
    merges = BackboneTrainer.learnMerges(seed: recipe.seed)
    checkpointPath = "\(directory)/\(name).checkpoint.safetensors"
    spentPath = "\(directory)/\(name).spent.json"
  }

  /// Trains to the end, from the checkpoint if there is one.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked before every step.
  ///   - note: Told what a user should know of a training that goes on, a line.
  ///   - report: Told of every step made and its loss.
  /// - Returns: Nil if it was stopped; a checkpoint is written then.
  public func train(
    shouldStop: () -> Bool, note: (String) -> Void = { _ in }, report: (Int, Float) -> Void
  ) throws -> Finished? {
    var trainer = try BackboneTrainer(recipe, merges: merges)
    var spent = Spent()
    if FileManager.default.fileExists(atPath: checkpointPath) {
      if let line = try trainer.resume(from: checkpointPath) { note(line) }
      spent = (try? JSONText.decode(Spent.self, file: spentPath)) ?? spent
    }
    var begun = Date()
    func save() throws {
      try trainer.save(to: checkpointPath)
      spent.seconds += Date().timeIntervalSince(begun)
      begun = Date()
      try AtomicFile.write(try JSONEncoder().encode(spent), to: spentPath)
    }
    while !trainer.isFinished {
      if shouldStop() {
        try save()
        return nil
      }
      let loss = try trainer.step()
      if trainer.optimizer.stepCount % Self.checkpointInterval == 0 || trainer.isFinished { try save() }
      report(trainer.optimizer.stepCount, loss)
    }
    return Finished(trainer: trainer, seconds: spent.seconds, machine: Self.machine)
  }

  private static var machine: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last.map(String.init) ?? "unknown"
    return "\(model.trimmingCharacters(in: .whitespaces)), \(Parallel.threadCount) threads"
  }
}
