/// Images of one part of a data set, train, val or test, in the order in which its published reader has them: that order decides
/// which images a seed draws.
struct DasslSplit: Sendable {
  private(set) var labels: [Int] = []
  /// Below the data set's image folder.
  private(set) var paths = PathList()

  mutating func append(_ path: String, label: Int) {
    labels.append(label)
    paths.append(path)
  }

  /// Class folders in order, each with its images; the labels are the places of the folders.
  init(_ folders: ImageFolders, below prefix: String = "") {
    for (label, names) in folders.images.enumerated() {
      for index in 0..<names.count { append("\(prefix)\(folders.folders[label])/\(names[index])", label: label) }
    }
  }

  init() {}

  /// The images as files below the image folder.
  func images(in folder: String) -> ImageSet {
    let paths = paths
    return ImageSet(labels: labels) { "\(folder)/\(paths[$0])" }
  }
}
