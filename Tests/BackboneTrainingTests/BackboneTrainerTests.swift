import BackboneTraining
import Basics
import CLIPModel
import EmbeddedWorld
import Foundation
import Optimization
import SafeTensors
import Tensors
import Testing
import Tokenization

/// Training of embedded backbones, on one small enough for a test.
struct BackboneTrainerTests {
  private func temporaryFile() -> String {
    "\(NSTemporaryDirectory())/rpp-\(UUID().uuidString).checkpoint.safetensors"
  }

  private func bits(_ parameters: ParameterSet) -> [[UInt32]] {
    parameters.names.map { parameters[$0]?.elements.map(\.bitPattern) ?? [] }
  }

  @Test func theLossFalls() throws {
    var trainer = try BackboneTrainer(.tiny(steps: 30), merges: merges)
    let losses = try (0..<30).map { _ in try trainer.step() }
    #expect(trainer.isFinished)
    func mean(_ losses: ArraySlice<Float>) -> Float { losses.reduce(0, +) / Float(losses.count) }
    // The auxiliary loss, about 0.6 of the whole at first, fades on the way; a fall beyond it is learned.
    #expect(mean(losses[25...]) < 0.8 * mean(losses[..<5]), "\(losses)")
    #expect(try trainer.weights.configuration == trainer.configuration)
  }

  @Test func aRateThatIsTooHighStopsTheTraining() throws {
    var recipe = BackboneRecipe.tiny(steps: 4)
    recipe.peakRate = 1e30
    var trainer = try BackboneTrainer(recipe, merges: merges)
    _ = try trainer.step()
    let before = bits(trainer.parameters)
    let failure = #expect(throws: Failure.self) { try trainer.step() }
    #expect(failure?.description.contains("at step 1") == true)
    #expect(failure?.description.contains("lower learning rate than 1e+30") == true)
    #expect(bits(trainer.parameters) == before)
  }

  @Test func aResumedTrainingIsTheUninterruptedOne() throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var uninterrupted = try BackboneTrainer(.tiny(steps: 4), merges: merges)
    let losses = try (0..<4).map { _ in try uninterrupted.step() }
    var first = try BackboneTrainer(.tiny(steps: 4), merges: merges)
    _ = try first.step()
    _ = try first.step()
    try first.save(to: path)
    var second = try BackboneTrainer(.tiny(steps: 4), merges: merges)
    #expect(try second.resume(from: path) == nil)
    #expect(second.optimizer == first.optimizer && bits(second.parameters) == bits(first.parameters))
    #expect(try [second.step(), second.step()] == Array(losses[2...]))
    #expect(bits(second.parameters) == bits(uninterrupted.parameters))
    #expect(second.optimizer == uninterrupted.optimizer && second.losses == uninterrupted.losses)
  }

  @Test func aFolderHoldsTheTraining() throws {
    let folder = "\(NSTemporaryDirectory())/rpp-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var seen: [Int] = []
    func run(stoppingAfter last: Int) throws -> BackboneRun.Finished? {
      seen = []
      let stopped = try BackboneRun(.tiny(steps: 4), name: "tiny", in: folder)
      return try stopped.train(shouldStop: { seen.count == last }, report: { step, _ in seen.append(step) })
    }
    #expect(try run(stoppingAfter: 1) == nil)
    #expect(seen == [1])
    let finished = try #require(try run(stoppingAfter: 9))
    #expect(seen == [2, 3, 4] && finished.seconds > 0 && !finished.machine.isEmpty)
    let again = try #require(try run(stoppingAfter: 9))
    #expect(seen.isEmpty && bits(again.trainer.parameters) == bits(finished.trainer.parameters))
    #expect(again.seconds == finished.seconds)
  }

  @Test func anotherArithmeticIsSaidAndKept() throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var trainer = try BackboneTrainer(.tiny(steps: 4), merges: merges)
    _ = try trainer.step()
    try trainer.save(to: path)
    let kernels = BLAS.kernels
    func forge(_ change: (inout [String: String]) -> Void, losses: [Float] = []) throws {
      let file = try SafeTensorsFile(path: path)
      var metadata = file.metadata.filter { $0.key != "checksum" }
      change(&metadata)
      let entries = try file.names.map { name in
        SafeTensorsEntry(
          name, name == "losses" ? Tensor(shape: [losses.count], losses) : try file.tensor(name))
      }
      try SafeTensorsWriter.writeWithChecksum(to: path, tensors: entries, metadata: metadata)
    }
    try forge({ $0["arithmetic"] = $0["arithmetic"]?.replacing("\"\(kernels)\"", with: "\"Abacus\"") })
    var other = try BackboneTrainer(.tiny(steps: 4), merges: merges)
    #expect(
      try other.resume(from: path)
        == "goes on with \(kernels) kernels, ran with Abacus until step 1: results agree but for rounding")
    #expect(other.arithmeticHistory.periods.map(\.arithmetic.kernels) == ["Abacus", kernels])

    // Steps that a training cannot be at.
    try forge({ $0["optimizerSteps"] = "5" })
    #expect(throws: Failure.self) { try other.resume(from: path) }
    try forge({ $0["optimizerSteps"] = "1" }, losses: [.nan])
    #expect(throws: Failure.self) { try other.resume(from: path) }
  }

  @Test func otherCheckpointsAreRefused() throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var trainer = try BackboneTrainer(.tiny(steps: 4), merges: merges)
    func problem() -> Failure? { #expect(throws: Failure.self) { try trainer.resume(from: path) } }
    try trainer.save(to: path)

    var other = try BackboneTrainer(.tiny(steps: 5), merges: merges)
    let failure = #expect(throws: Failure.self) { try other.resume(from: path) }
    #expect(failure?.kind == .usage && failure?.description.contains("another recipe") == true)

    // The vocabulary is another one than when the checkpoint was written.
    var smaller = try BackboneTrainer(.tiny(steps: 4), merges: Array(merges.dropLast()))
    let mismatch = #expect(throws: Failure.self) { try smaller.resume(from: path) }
    #expect(mismatch?.description.contains("token_embedding.weight") == true)

    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 10] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(problem()?.description.contains("damaged") == true)
    try SafeTensorsWriter.writeWithChecksum(to: path, tensors: [], metadata: [:])
    #expect(problem()?.description.contains("no checkpoint") == true)
  }

  @Test func everyWordOfEveryTaskIsOneToken() throws {
    let tokenizer = try BytePairTokenizer(merges: merges)
    for task in WorldTask.all {
      for text in task.classNames.flatMap({ name in
        [task.template, task.domainTemplate].map { $0.replacing("{}", with: name) }
      }) {
        let words = text.split { " .,".contains($0) }
        for word in words {
          #expect(tokenizer.encode(String(word)).count == 1, "\(word) of \(task.name)")
        }
        #expect(tokenizer.encode(text).count <= BackboneRecipe.student.contextLength - 2)
      }
    }
  }

  @Test func theRateRisesAndFallsToNothing() {
    for recipe in [BackboneRecipe.student, .teacher, .tiny(steps: 30)] {
      let rates = (0..<recipe.steps).map { recipe.rate(step: $0) }
      let peak = recipe.warmupSteps - 1
      #expect(rates.max() == recipe.peakRate && rates[peak] == recipe.peakRate)
      #expect(zip(rates[..<peak], rates[1...]).allSatisfy { $0 < $1 })
      #expect(zip(rates[recipe.warmupSteps...], rates[(recipe.warmupSteps + 1)...]).allSatisfy { $0 > $1 })
      #expect(rates[0] > 0 && rates[recipe.steps - 1] >= 0 && rates[recipe.steps - 1] < 0.01 * recipe.peakRate)
    }
  }
}
