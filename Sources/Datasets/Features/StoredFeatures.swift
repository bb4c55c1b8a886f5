import Basics

/// Where the features of images lie that are not there themselves.
public struct StoredFeatures: Sendable {
  /// The folder.
  public let folder: FeatureFolder
  /// Which of its images.
  public let split: FeatureFolder.Split
  /// Rows of the whole split.
  public let count: Int
  /// See ``FeatureFolder/digest(of:)``.
  public let digest: String
  /// The row of each image; nil where every image has the row of its place.
  public private(set) var rows: [Int]?

  /// All features of a split.
  init(folder: FeatureFolder, split: FeatureFolder.Split, count: Int, digest: String) {
    (self.folder, self.split, self.count, self.digest) = (folder, split, count, digest)
  }

  /// What to say where somebody asks for the images.
  var areNotImages: Failure {
    .usage(
      "features:\(folder.path) has features and no images: enough where prompts enter the text encoder alone (coop, cocoop) and images are "
        + "not changed at random (--augmentation none); else give the task that the images come from")
  }

  /// Those of some of the images.
  func subset(_ indices: [Int]) -> StoredFeatures {
    var subset = self
    subset.rows = rows.map { rows in indices.map { rows[$0] } } ?? indices
    return subset
  }
}
