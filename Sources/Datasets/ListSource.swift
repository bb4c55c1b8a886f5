import Foundation

/// Tasks of CSV files that list images.
public struct ListSource: PathTaskSource {
  public static let prefix = "list"
  public static let argument = "FILE.csv"
  public static let summary = "your own images, listed: a header path,label,split and a line for each image"

  public init() {}
  public func task(_ path: String) throws -> any ClassificationTask { try StoredTask(list: path) }
  /// The path of a CSV file.
  public func recognizes(_ path: String) -> Bool {
    path.lowercased().hasSuffix(".csv") && FileManager.default.fileExists(atPath: path)
  }
}
