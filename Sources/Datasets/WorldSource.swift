import EmbeddedWorld

/// The tasks of the embedded world.
public struct WorldSource: TaskSource {
  public static let prefix = "world"
  public static let argument = "NAME"
  public static let summary = "the embedded world: the tasks above, drawn as they are needed"

  public init() {}
  public func task(_ name: String) throws -> any ClassificationTask {
    WorldClassification(try WorldTask(named: "\(Self.prefix):\(name)"))
  }
  public var listing: [TaskListing] { WorldTask.all.map { TaskListing(WorldClassification($0)) } }
}
