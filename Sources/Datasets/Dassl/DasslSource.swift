import Basics
import Foundation

/// The data sets of the field in the layout of CoOp's DATASETS.md, which code that builds on Dassl reads.
///
/// Where they lie is no part of a task's name: the name stands in records, and with a copy of the data elsewhere a run must be the
/// same. ``TaskRegistry/root`` says it, or `RPP_DATA`.
public struct DasslSource: TaskSource {
  public static let prefix = "dassl"
  public static let argument = "NAME"
  public static let summary =
    "data sets in the layout of CoOp's DATASETS.md, below --root or RPP_DATA (see rpp tasks check)"
  /// The variable that says where data sets lie.
  public static let variable = "RPP_DATA"

  public init() {}

  public func task(_ name: String) throws -> any ClassificationTask { try task(name, root: nil) }

  public func task(_ name: String, root: String?) throws -> any ClassificationTask {
    let dataset = try DasslDataset.named(name)
    return try DasslTask(dataset, root: try Self.root(root, for: dataset))
  }

  public func check(_ name: String, root: String?) throws -> TaskCheck {
    let dataset = try DasslDataset.named(name)
    return try TaskCheck(dataset, root: try Self.root(root, for: dataset))
  }

  public func recognizes(_ name: String) -> Bool { DasslDataset.all.contains { $0.shortName == name } }

  /// The names of all tasks, in the order of the published list.
  public static var names: [String] { DasslDataset.all.map(\.name) }

  /// Where data sets lie by the environment; nil if it does not say.
  public static var environmentRoot: String? {
    ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func root(_ root: String?, for dataset: DasslDataset) throws -> String {
    let isNamed = root != nil
    guard let root = root ?? environmentRoot else {
      throw Failure.usage(
        "\(dataset.name): where the data lie is not said; --root or \(variable) names the folder that has \(dataset.folder)/ in it"
      )
    }
    let path = Folder.wholePath(root)
    guard Directory.exists(path) else {
      throw Failure("there is no folder \(path), where the data lie as \(isNamed ? "--root" : variable) says")
    }
    return path
  }
}
