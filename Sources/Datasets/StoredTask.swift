import Basics

/// A task of a fixed set of images, as files or as whatever an ``ImageSet`` loads: those to learn from and those to test on.
public struct StoredTask: ClassificationTask {
  public let name: String
  public let classNames: [String]
  public let template: String
  public let domainTemplate: String?
  public let notes: [String]
  public internal(set) var isOfEmbeddedWorld = false

  /// CLIP's own template, where nothing is known about the images.
  public static let plainTemplate = "a photo of a {}."

  private let training: ImageSet
  private let validation: ImageSet?
  private let test: ImageSet
  /// For each class the name of the random stream that draws its shots. It holds no path, so that a copy of the data in another
  /// folder gives the same shots.
  private let streams: [String]

  /// A task of the given images, whose labels are the places of their classes in `classNames`.
  ///
  /// - Parameters:
  ///   - template: CLIP's own, unless something is known about the images.
  ///   - validation: the same for every seed.
  public init(
    name: String, classNames: [String], template: String = plainTemplate, domainTemplate: String? = nil,
    notes: [String] = [], training: ImageSet, validation: ImageSet? = nil, test: ImageSet
  ) {
    self.init(
      name: name, classNames: classNames, template: template, domainTemplate: domainTemplate, notes: notes,
      training: training, validation: validation, test: test, streams: classNames)
  }

  /// The same, whose images are drawn by random streams of the given names, one for each class.
  init(
    name: String, classNames: [String], template: String = plainTemplate, domainTemplate: String? = nil,
    notes: [String], training: ImageSet, validation: ImageSet?, test: ImageSet, streams: [String]
  ) {
    for set in [training, validation, test].compactMap({ $0 }) {
      require(
        set.labels.allSatisfy(classNames.indices.contains), "\(name) has images of classes that it does not name")
    }
    self.name = name
    self.classNames = classNames
    self.template = template
    self.domainTemplate = domainTemplate
    self.notes = notes
    self.training = training
    self.validation = validation
    self.test = test
    self.streams = streams
  }

  /// Images drawn from those for training, each at most once.
  ///
  /// - Throws: ``Failure`` naming how many there are and how many are wanted, and of which class.
  public func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) throws -> ImageSet {
    try shots.requireImages()
    switch shots {
    case .all: return training.subset(pool(labels))
    case .inAll(let count):
      let pool = pool(labels)
      guard count <= pool.count else {
        throw Failure("\(name) has \(Self.images(pool.count)) for training, and \(count) are wanted")
      }
      var stream = RandomStream(purpose: "images", task: "stored", seed: seed)
      return training.subset(stream.sample(count, of: pool.count).sorted().map { pool[$0] })
    case .perClass(let count):
      var members = Array(repeating: [Int](), count: classNames.count)
      for (index, label) in training.labels.enumerated() { members[label].append(index) }
      let short = labels.filter { members[$0].count < count }
      if let label = short.first {
        throw Failure(
          "\(name): class \(classNames[label]) has \(Self.images(members[label].count)) for training, and "
            + "\(count) are wanted" + (short.count > 1 ? " (\(short.count) classes have too few)" : "")
            + "; take at most \(labels.map { members[$0].count }.min()!) shots, or all")
      }
      return training.subset(
        labels.flatMap { label in
          var stream = RandomStream(purpose: "shots", task: streams[label], seed: seed)
          return stream.sample(count, of: members[label].count).sorted().map { members[label][$0] }
        })
    }
  }

  public func validationSet(seed: UInt64) -> ImageSet? { validation }
  public func testSet() -> ImageSet { test }

  private func pool(_ labels: Range<Int>) -> [Int] {
    training.labels.indices.filter { labels.contains(training.labels[$0]) }
  }

  private static func images(_ count: Int) -> String { count == 1 ? "1 image" : "\(count) images" }
}
