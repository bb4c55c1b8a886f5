import Basics

/// The endless stream of scenes with captions that the embedded backbones are trained on: 80 % scenes of one object, 10 %
/// groups, 10 % pairs; 70 % of them plain, the rest shared by the domains of ``domains``.
public struct CaptionedScenes: Sendable {
  /// The domains that pretraining sees besides plain. Occlusion is for scenes of one object; others are plain instead.
  public static let domains: [Domain] = [.sketch, .faint, .blurry, .occluded]

  private let stream: RandomStream

  /// The stream of a seed. Another `purpose` than "pretraining" gives scenes that pretraining never sees.
  public init(seed: UInt64, purpose: String = "pretraining") {
    stream = RandomStream(purpose: purpose, task: "world", seed: seed)
  }

  /// The scene and the caption of an index; the same in whatever order and on whatever thread.
  public func sample(index: Int) -> (scene: Scene, caption: Caption) {
    var stream = stream.substream(index)
    let kind = stream.uniform()
    let isSingle = kind < 0.8
    var domain = stream.chance(0.7) ? Domain.plain : stream.pick(Self.domains)
    if domain == .occluded, !isSingle { domain = .plain }
    let scene =
      if isSingle {
        Scene.random(from: &stream, domain: domain)
      } else if kind < 0.9 {
        Scene.randomGroup(from: &stream, count: 1 + stream.below(4), domain: domain)
      } else {
        Scene.randomPair(from: &stream, domain: domain)
      }
    return (scene, Caption.random(for: scene, from: &stream))
  }

  /// Texts to learn a vocabulary from: the captions of the first `count` samples, and every class name of every task in
  /// the task's plain and domain templates (so that words of domains that pretraining never sees are covered too).
  public func vocabularyTexts(count: Int) -> [String] {
    let captions = (0..<count).map { sample(index: $0).caption.text }
    return captions
      + WorldTask.all.flatMap { task in
        Set([task.template, task.domainTemplate]).sorted().flatMap { template in
          task.classNames.map { template.replacing("{}", with: $0) }
        }
      }
  }
}
