/// Tasks of directories with a folder for each class.
public struct FolderSource: PathTaskSource {
  public static let prefix = "folder"
  public static let argument = "PATH"
  public static let summary = "your own images: one folder for each class, or PATH/train and PATH/test with these"

  public init() {}
  public func task(_ path: String) throws -> any ClassificationTask { try StoredTask(folder: path) }
  /// The path of a directory.
  public func recognizes(_ path: String) -> Bool { Directory.exists(path) }
}
