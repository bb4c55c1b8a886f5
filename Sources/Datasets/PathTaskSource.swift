import Basics

/// A source whose argument is the path of a file or folder; `~` stands for the home directory.
public protocol PathTaskSource: TaskSource {}

extension PathTaskSource {
  /// The whole path.
  public func resolved(_ argument: String) -> String { Folder.wholePath(argument) }
}
