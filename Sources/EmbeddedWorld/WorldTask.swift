import Basics
import Images

/// A classification task of the embedded world: a question (which shape, which colour …) about images of one domain.
public struct WorldTask: Sendable {
  /// The name, as in `world:shapes` or `world:shapes@sketch`.
  public let name: String
  /// The style of the task's images.
  public let domain: Domain
  /// English names of the classes in label order; they compose ("red striped star").
  public let classNames: [String]
  /// The hand-written template in the words of plain images, `{}` standing for the class name.
  public let template: String
  /// The template in the words of the task's domain ("a sketch of a {}."): what one would write knowing the domain.
  public let domainTemplate: String

  private let classes: [WorldClass]

  /// Every task: each question in each domain where it makes sense.
  public static let all: [WorldTask] = WorldTaskFamily.allCases.flatMap { family in
    family.domains.map { WorldTask(family, $0) }
  }

  private init(_ family: WorldTaskFamily, _ domain: Domain) {
    name = "world:\(family.rawValue)" + (domain == .plain ? "" : "@\(domain.rawValue)")
    self.domain = domain
    classes = family.classes
    classNames = classes.map(\.name)
    template = "\(Domain.plain.media[0]) of \(family.phrase)."
    domainTemplate = "\(domain.media[0]) of \(family.phrase)."
  }

  /// The task of a name.
  ///
  /// - Throws: a usage ``Failure`` that names the nearest task, or the domains that the question has.
  public init(named name: String) throws {
    if let task = Self.all.first(where: { $0.name == name }) {
      self = task
      return
    }
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let variants = Self.all.map(\.name).filter { $0.split(separator: "@")[0] == parts[0] }
    guard variants.isEmpty else {
      throw Failure.usage("there is no task \(name): \(parts[0]) exists as \(variants.joined(separator: ", "))")
    }
    let families = Self.all.filter { $0.domain == .plain }.map(\.name)
    let nearest = Spelling.nearest(to: String(parts[0]), among: families) ?? ""
    throw Failure.usage(
      "there is no task \(name): did you mean \(nearest)? There are \(families.joined(separator: ", ")), "
        + "most of them also in a domain, as in world:shapes@sketch")
  }

  /// The scene behind a sample, see ``sample(split:seed:label:index:)``.
  public func scene(split: Split, seed: UInt64, label: Int, index: Int) -> Scene {
    precondition(classes.indices.contains(label), "\(name) has no class \(label)")
    var stream = RandomStream(purpose: split.rawValue, task: name, seed: seed).substream(label).substream(index)
    return classes[label].scene(domain: domain, from: &stream)
  }

  /// The `index`-th image of a class, without limit; those of different splits, seeds or classes share no random number.
  public func sample(split: Split, seed: UInt64, label: Int, index: Int) -> RGBImage {
    scene(split: split, seed: seed, label: label, index: index).draw()
  }

  /// Draws samples `0..<samplesPerClass` of each of the given classes (default: all) on all cores.
  ///
  /// - Returns: the images' bytes, `Scene.byteCount` each, and the label of each; classes alternate.
  public func draw(
    split: Split, seed: UInt64, samplesPerClass: Int, labels: [Int]? = nil
  ) -> (pixels: [UInt8], labels: [Int]) {
    let labels = labels ?? Array(classes.indices)
    let all = (0..<samplesPerClass).flatMap { _ in labels }
    let pixels = Scene.draw(count: all.count) { position in
      scene(split: split, seed: seed, label: all[position], index: position / labels.count)
    }
    return (pixels, all)
  }
}
