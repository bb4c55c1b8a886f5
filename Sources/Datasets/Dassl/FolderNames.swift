import Basics

/// `classnames.txt` of ImageNet: a line `n01440764 tench` for each class, in label order; `ImageNet.read_classnames` in
/// `datasets/imagenet.py` of CoOp.
struct FolderNames {
  /// Names of the class folders, in the order of the file.
  private(set) var folders: [String] = []
  private let names: [String: String]
  private let path: String

  static let file = "classnames.txt"

  init(_ path: String) throws {
    var folders: [String] = []
    var names: [String: String] = [:]
    try TextLines.forEach(in: path) { line in
      let (folder, name) = line.parts
      guard !ClassNames.spelled(name).isEmpty else {
        throw line.failure("\(Spelling.quoted(line.text)) has no class name behind the folder's, as in n01440764 tench")
      }
      guard names.updateValue(name, forKey: folder) == nil else {
        throw line.failure("the folder \(Spelling.quoted(folder)) has a name already")
      }
      folders.append(folder)
    }
    self.init(folders: folders, names: names, path: path)
  }

  /// - Parameter path: What messages call the file that the names are from.
  init(folders: [String], names: [String: String], path: String) {
    (self.folders, self.names, self.path) = (folders, names, path)
  }

  /// The names of some class folders.
  ///
  /// - Throws: ``Failure`` naming the first folder without a name.
  func names(of folders: [String], in directory: String) throws -> [String] {
    try folders.map { folder in
      guard let name = names[folder] else {
        throw Failure("\(directory)/\(folder): \(path) has no class name for this folder")
      }
      return ClassNames.spelled(name)
    }
  }
}
