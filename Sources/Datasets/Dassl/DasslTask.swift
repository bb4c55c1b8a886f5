import Basics

/// A published data set: its own images in its own layout, and with the same seed the same few of them as the published code takes.
struct DasslTask: ClassificationTask {
  let dataset: DasslDataset
  let root: String?
  private let folder: String
  private let contents: DasslContents

  /// - Parameter root: The folder that the data set's folder lies in.
  /// - Throws: ``Failure`` naming what is missing, or what is wrong and where.
  init(_ dataset: DasslDataset, root: String) throws {
    let folder = "\(root)/\(dataset.folder)"
    guard Directory.exists(folder) else {
      throw Failure(
        "\(dataset.name): there is no folder \(folder); \(dataset.instructions) says what lies in it, and rpp tasks check "
          + "what is missing")
    }
    let missing = dataset.layout.parts.filter { !$0.isThere(in: folder) }
    if let part = missing.first {
      let more = missing.count > 1 ? " (\(missing.count - 1) more are missing: see rpp tasks check)" : ""
      throw Failure("\(dataset.name): \(folder)/\(part.path) is missing: \(part.about)\(more)")
    }
    self.dataset = dataset
    self.root = root
    self.folder = dataset.layout.imageFolder.isEmpty ? folder : "\(folder)/\(dataset.layout.imageFolder)"
    contents = try dataset.layout.contents(of: folder)
  }

  var name: String { dataset.name }
  var classNames: [String] { contents.classNames }
  var template: String { StoredTask.plainTemplate }
  var domainTemplate: String? { dataset.template }
  var notes: [String] { contents.notes }
  var imageFolder: String? { folder }

  func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) throws -> ImageSet {
    try shots.requireImages()
    guard let training = contents.training else {
      throw Failure.usage("\(name) is only tested on and has no training images; learn on dassl:imagenet")
    }
    let images = training.images(in: folder)
    func learned(_ places: some Sequence<Int>) -> [Int] { places.filter { labels.contains(training.labels[$0]) } }
    switch shots {
    case .all: return images.subset(learned(training.labels.indices))
    case .perClass(let count):
      var drawing = DasslShots(seed: seed)
      return images.subset(learned(drawing.drawn(count, of: training.labels)))
    case .inAll(let count):
      // The published code has no such draw.
      return try StoredTask(name: name, classNames: classNames, training: images, test: images)
        .trainingSet(.inAll(count), labels: labels, seed: seed)
    }
  }

  func validationSet(_ shots: Shots, seed: UInt64) throws -> ImageSet? {
    guard let training = contents.training, let validation = contents.validation else { return nil }
    let images = validation.images(in: folder)
    guard case .perClass(let count) = shots else { return images }
    var drawing = DasslShots(seed: seed)
    _ = drawing.drawn(count, of: training.labels)
    return images.subset(drawing.drawn(DasslShots.validation(with: count), of: validation.labels))
  }

  func validationSet(seed: UInt64) throws -> ImageSet? { try validationSet(.all, seed: seed) }

  func testSet() throws -> ImageSet { contents.test.images(in: folder) }
}
