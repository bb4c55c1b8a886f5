import Basics
import Foundation

/// Tasks of stored features, whose images are not needed any more.
public struct FeaturesSource: PathTaskSource {
  public static let prefix = "features"
  public static let argument = "PATH"
  public static let summary = "stored features of a task's images, as rpp features --task writes them"

  public init() {}
  public func task(_ path: String) throws -> any ClassificationTask { try StoredTask(features: path) }
  /// The path of a folder of features.
  public func recognizes(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: FeatureFolder(path).descriptionPath)
  }
}

extension StoredTask {
  /// The task of a ``FeatureFolder``.
  ///
  /// - Throws: ``Failure`` naming the file that is missing or damaged, or the images that are.
  public init(features path: String) throws {
    let folder = FeatureFolder(path)
    let description = try folder.description()
    func images(_ split: FeatureFolder.Split) throws -> ImageSet? {
      try description.images[split.rawValue].map { _ in try folder.images(split, of: description) }
    }
    guard let training = try images(.train), let test = try images(.test) else {
      throw Failure("\(path) holds no features of images to learn from, or none to be tested on")
    }
    self.init(
      name: "features:\(path)", classNames: description.classNames, template: description.template,
      domainTemplate: description.domainTemplate, notes: [], training: training, validation: try images(.val),
      test: test, streams: description.classNames)
    isOfEmbeddedWorld = description.isOfEmbeddedWorld
  }
}
