import Basics
import EmbeddedWorld

/// The tasks that a command line can name.
public enum Tasks {
  /// A line of the list of tasks.
  public struct Entry: Sendable, Equatable {
    /// The name on the command line.
    public let name: String
    /// How many classes it has.
    public let classCount: Int
    /// The names of its first classes, at most three.
    public let firstClassNames: [String]
  }

  /// Every task of the embedded world; those of folders are without number.
  public static var listing: [Entry] {
    WorldTask.all.map {
      Entry(name: $0.name, classCount: $0.classNames.count, firstClassNames: Array($0.classNames.prefix(3)))
    }
  }

  /// The task of a name: `world:NAME`, one of ``listing``, or `folder:PATH`, a directory of class folders.
  ///
  /// - Throws: a usage ``Failure`` that names both forms and the nearest task; ``Failure`` of a directory that is no
  ///   task.
  public static func named(_ name: String) throws -> any ClassificationTask {
    if name.hasPrefix("world:") { return WorldClassification(try WorldTask(named: name)) }
    if name.hasPrefix("folder:") {
      let path = String(name.dropFirst("folder:".count))
      guard !path.isEmpty else {
        throw Failure.usage("folder: needs the path of a directory of class folders after it")
      }
      return try FolderTask(path: path)
    }
    throw Failure.usage(
      "\"\(name)\" is no task: name one of the embedded world, as in world:shapes, or a directory of class folders, "
        + "as in folder:PATH; \(nearest(to: name))")
  }

  private static func nearest(to name: String) -> String {
    if Directory.exists(name) { return "did you mean folder:\(name)?" }
    do {
      return "did you mean \(try WorldTask(named: "world:\(name)").name)?"
    } catch {
      return "\(error)"
    }
  }
}
