import Basics

/// A set of images to test on what was learned on ImageNet, a folder for each class; `datasets/imagenetv2.py`, `imagenet_sketch.py`,
/// `imagenet_a.py` and `imagenet_r.py` of CoOp.
///
/// ImageNet-A and -R have 200 of ImageNet's classes, and labels of their own: the places of their folders.
struct ImageNetTestLayout: DasslLayout {
  /// What class folders are called.
  enum Folders {
    /// As ImageNet's, `n01440764`: labels are in the order of these names.
    case wordNet
    /// `0`, `1`, … for the lines of `classnames.txt`.
    case numbers
  }

  let imageFolder: String
  var folders = Folders.wordNet

  var parts: [DasslPart] {
    [
      .folder(imageFolder, "the images, a folder for each class"),
      .file(FolderNames.file, "the class names: a copy of ImageNet's, which DATASETS.md of CoOp links"),
    ]
  }

  func contents(of folder: String) throws -> DasslContents {
    let names = try FolderNames("\(folder)/\(FolderNames.file)")
    let path = "\(folder)/\(imageFolder)"
    let images: ImageFolders
    let classes: [String]
    switch folders {
    case .wordNet:
      images = try ImageFolders(path)
      classes = images.folders
    case .numbers:
      images = try ImageFolders(path, folders: names.folders.indices.map { "\($0)" })
      classes = names.folders
    }
    return try DasslContents(
      classNames: try names.names(of: classes, in: path), training: nil, test: DasslSplit(images), notes: images.notes,
      origin: folder)
  }
}
