import Basics
import BoundAnalysis
import CLIPModel
import Datasets
import Foundation
import PromptLearning
import PromptBounds
import StandardPlugins
import Synchronization
import TestSupport
import Testing
import Training

/// Sweeps in folders: stopped, extended and refused.
@Suite struct PromptSweepTests {
  private func setting(
    sizes: [Int] = [6], draws: Int = 3, signPairs: Int = 2, weights: String = "0,1,inf", posteriorSamples: Int? = nil
  ) throws -> BoundSetting {
    BoundSetting(
      weights: try DistillationWeight.list(weights), sizes: sizes, draws: draws, pilots: 2, delta: 0.2, budget: 6,
      signPairs: signPairs, restarts: 1, otherBudgets: [3],
      otherBudgetWeights: try DistillationWeight.list("0,inf"), otherBudgetDraws: 2,
      posteriorSamples: posteriorSamples)
  }

  private func sweep(
    _ setting: BoundSetting? = nil, _ structures: [any PromptStructure] = [CoOp { $0.contextLength = 2 }]
  ) throws -> PromptSweep {
    try PromptSweep(
      structures, task: try TaskRegistry.standard.task(named: "world:shapes@blurry"),
      objective: try DistilledObjective(labels: HardLabel(), distillation: SoftLabelKD()),
      setting: try setting ?? self.setting(), usesBudget: true, heldOutCount: 24)
  }

  private func stopping(after count: Int) -> SweepObserver {
    let asked = Mutex(0)
    return SweepObserver(shouldStop: {
      asked.withLock {
        $0 += 1
        return $0 > count
      }
    })
  }

  @Test func `A sweep that was stopped anywhere ends as one that was not`() throws {
    let whole = try sweep().run()
    #expect(whole.sweeps.count == 1)
    let only = whole.sweeps[0]
    #expect(only.draws.count == 3 && only.pilots.count == 2 && only.otherBudgets.count == 2)
    #expect(only.signedMaxima.count == 2 * 3)
    #expect(only.draws.allSatisfy { $0.points.allSatisfy(\.isLocalised) && $0.budget == 6 })
    #expect(only.otherBudgets.allSatisfy { $0.budget == 3 && $0.points.map(\.weight.text) == ["0", "inf"] })
    let folder = try TemporaryFolder()
    var stops = 0
    while true {
      do {
        let again = try sweep().run(in: folder.path, observer: stopping(after: 20))
        #expect(again.sweeps == whole.sweeps)
        break
      } catch is SweepInterrupted {
        stops += 1
        try #require(stops < 100)
      }
    }
    #expect(stops > 1)
    #expect(try PromptSweep.results(in: folder.path)?.sweeps == whole.sweeps)
    // And nothing is done twice.
    let notes = Mutex<[String]>([])
    _ = try sweep().run(in: folder.path, observer: SweepObserver(note: { note in notes.withLock { $0.append(note) } }))
    #expect(notes.withLock { $0 }.contains("all 9 pieces of work are done"))
  }

  @Test func `PAC-Bayes posteriors extend a folder, stopped anywhere`() throws {
    let setting = try setting(sizes: [8], posteriorSamples: 3)
    let whole = try sweep(setting).run().sweeps[0]
    let posteriors = try #require(whole.posteriors)
    #expect(
      posteriors.count == 3 && posteriors.allSatisfy { $0.points.count == 3 && $0.samples == 3 && $0.delta == 0.2 })
    for point in posteriors.flatMap(\.points) {
      #expect(point.divergence > 0 && (0...1).contains(point.trainingError) && (0...1).contains(point.heldOutError))
    }
    let folder = try TemporaryFolder()
    let first = try sweep(self.setting(sizes: [8])).run(in: folder.path).sweeps[0]
    #expect(first.posteriors == nil && first.draws == whole.draws)
    var stops = 0
    while true {
      do {
        // Later every time, so that it comes to its end on any number of threads.
        let observer = stopping(after: 150 * (stops + 1))
        #expect(try sweep(setting).run(in: folder.path, observer: observer).sweeps == [whole])
        break
      } catch is SweepInterrupted {
        stops += 1
        try #require(stops < 100)
      }
    }
    #expect(stops > 1)
    // With another δ other deviations may be best; nothing is trained again.
    var other = setting
    other.delta = 0.1
    let notes = Mutex<[String]>([])
    let again = try sweep(other).run(
      in: folder.path, observer: SweepObserver(note: { note in notes.withLock { $0.append(note) } })
    ).sweeps[0]
    #expect(notes.withLock { $0 }.contains { $0.contains("12 pieces of work, 9 of them done") })
    #expect(again.draws == whole.draws && again.posteriors?.allSatisfy { $0.delta == 0.1 } == true)
  }

  @Test func `More structures, sizes and draws extend a folder`() throws {
    let folder = try TemporaryFolder()
    let first = try sweep().run(in: folder.path)
    let more = try sweep(
      setting(sizes: [4, 6], draws: 4), [CoOp { $0.contextLength = 2 }, CoOp { $0.contextLength = 3 }]
    ).run(in: folder.path)
    #expect(more.sweeps.count == 2)
    let old = more.sweeps[0].draws.filter { $0.draw.size == 6 && $0.draw.index < 3 }
    #expect(old == first.sweeps[0].draws)
    #expect(more.sweeps[0].draws.count == 8)
    #expect(
      try sweep(setting(sizes: [4, 6], draws: 4), [CoOp { $0.contextLength = 3 }]).run().sweeps[0] == more.sweeps[1])
  }

  @Test func `Three at once share a folder`() throws {
    let folder = try TemporaryFolder()
    let whole = try sweep().run()
    let found = try Parallel.map(3) { _ in try sweep().run(in: folder.path).sweeps }
    #expect(found == Array(repeating: whole.sweeps, count: 3))
  }

  @Test func `Another sweep's folder is refused with what differs`() throws {
    let folder = try TemporaryFolder()
    _ = try sweep(setting(draws: 2, signPairs: 0)).run(in: folder.path)
    #expect(
      throws: Failure.usage(
        "\(folder.path) holds another sweep (weights is 0,1,inf there, 0,2,inf here); choose another --out")
    ) {
      try sweep(setting(draws: 2, signPairs: 0, weights: "0,2,inf")).run(in: folder.path)
    }
  }

  @Test func `A damaged file is named, with what to do`() throws {
    let folder = try TemporaryFolder()
    _ = try sweep(setting(draws: 2, signPairs: 0)).run(in: folder.path)
    let path = try #require(
      FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }.first {
        $0.hasSuffix("estimate-1.json")
      })
    try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(path)"))
    #expect {
      try sweep(setting(draws: 2, signPairs: 0)).run(in: folder.path)
    } throws: { "\($0)".contains("estimate-1.json") && "\($0)".contains("remove the file") }
  }

  @Test func `What cannot be swept is refused before anything runs`() throws {
    func refused(_ change: (inout BoundSetting) -> Void) throws -> String {
      var setting = try setting()
      change(&setting)
      let error = #expect(throws: Failure.self) { try sweep(setting) }
      #expect(error?.kind == .usage)
      return error?.description ?? ""
    }
    #expect(try refused { $0.delta = 1 }.contains("δ is 1.0"))
    #expect(
      try refused {
        $0.draws = 1; $0.signPairs = 0
      }.contains("1 draw: an interval needs at least 2"))
    #expect(try refused { $0.weights.removeLast() }.contains("the last λ must be inf"))
    #expect(try refused { $0.sizes = [8, 6] }.contains("sizes must ascend"))
    #expect(try refused { $0.sizes = [] }.contains("there is no size"))
    #expect(
      try refused { $0.signPairs = 4 }.contains("4 pairs of sign vectors: from 0 to the number of draws, which is 3"))
    let nothing = #expect(throws: Failure.self) { try sweep(nil, [ZeroShot()]).run() }
    #expect(nothing?.description.contains("has nothing to learn") == true)
  }
}
