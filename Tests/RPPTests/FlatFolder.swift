import RPP

/// Images in one folder, each named after its class: `king_snake_017.png` shows a king snake.
struct FlatFolder: PathTaskSource {
  static let prefix = "flat"
  static let argument = "PATH"
  static let summary = "images in one folder, named CLASS_NUMBER.png"

  func task(_ path: String) throws -> any ClassificationTask {
    let files = try Folder.names(in: path).filter { $0.hasSuffix(".png") }
    let names = files.map { $0.split(separator: "_").dropLast().joined(separator: " ") }
    let classNames = Set(names).sorted()
    guard classNames.count > 1 else {
      throw Failure("\(path) has no images CLASS_NUMBER.png of two classes or more")
    }
    func images(_ isIncluded: (Int) -> Bool) -> ImageSet {
      let indices = files.indices.filter(isIncluded)
      return ImageSet(
        labels: indices.map { classNames.firstIndex(of: names[$0])! },
        files: indices.map { "\(path)/\(files[$0])" })
    }
    // Every fourth image is tested on.
    return StoredTask(
      name: "flat:\(path)", classNames: classNames,
      training: images { $0 % 4 != 0 }, test: images { $0 % 4 == 0 })
  }
}
