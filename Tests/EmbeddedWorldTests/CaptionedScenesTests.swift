import Basics
import EmbeddedWorld
import Testing

@Suite struct CaptionedScenesTests {
  @Test func aSampleDependsOnSeedPurposeAndIndexOnly() {
    let scenes = CaptionedScenes(seed: 7)
    let forward = (0..<40).map { scenes.sample(index: $0) }
    let backward = (0..<40).reversed().map { CaptionedScenes(seed: 7).sample(index: $0) }.reversed()
    for (one, other) in zip(forward, backward) {
      #expect(one.scene == other.scene)
      #expect(one.caption == other.caption)
    }
    for other in [CaptionedScenes(seed: 8), CaptionedScenes(seed: 7, purpose: "held-out")] {
      #expect(zip(0..., forward).allSatisfy { other.sample(index: $0).scene != $1.scene })
    }
  }

  @Test func kindsAndDomainsHaveTheirShares() {
    let scenes = CaptionedScenes(seed: 3)
    let count = 6000
    let samples = (0..<count).map { scenes.sample(index: $0).scene }
    func share(_ condition: (Scene) -> Bool) -> Double { Double(samples.filter(condition).count) / Double(count) }
    #expect(abs(share { $0.position != nil } - 0.8) < 0.03)
    #expect(abs(share { $0.relation != nil } - 0.1) < 0.02)
    #expect(abs(share { $0.domain == .plain } - 0.715) < 0.03)
    for domain in [Domain.sketch, .faint, .blurry] {
      #expect(abs(share { $0.domain == domain } - 0.075) < 0.015, "\(domain)")
    }
    // Only scenes of one object are occluded.
    #expect(abs(share { $0.domain == .occluded } - 0.06) < 0.015)
    #expect(share { $0.domain == .inverted } == 0)
    #expect(share { $0.domain == .occluded && $0.position == nil } == 0)
  }

  @Test func theVocabularyTextsHaveEveryWordOfEveryTask() {
    func words(_ text: String) -> [String] { text.split { !$0.isLetter }.map(String.init) }
    let texts = CaptionedScenes(seed: 1).vocabularyTexts(count: 1000)
    let known = Set(texts.flatMap(words))
    for task in WorldTask.all {
      for text in task.classNames + [task.template, task.domainTemplate] {
        #expect(words(text).allSatisfy(known.contains), "\(text)")
      }
    }
    #expect(known.isSuperset(of: ["inverted", "sketch", "crosses", "below", "background", "crescent"]))
  }

  /// Captions alone must teach every word that a plain template and a class name can hold.
  @Test func captionsUseTheWordsOfThePlainTasks() {
    let scenes = CaptionedScenes(seed: 1)
    let known = Set(
      (0..<3000).flatMap { scenes.sample(index: $0).caption.text.split { !$0.isLetter } }.map(String.init))
    for task in WorldTask.all {
      for name in task.classNames { #expect(name.split(separator: " ").map(String.init).allSatisfy(known.contains)) }
    }
  }
}
