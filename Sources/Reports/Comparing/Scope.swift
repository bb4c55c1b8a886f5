/// How the task of a test is related to the task that was learned on; means over tasks are within one of these.
enum Scope: String, Codable, CaseIterable, Sendable {
  /// Learned and tested on the same task.
  case own
  /// The same, where what was learned is also tested on other tasks.
  case source
  /// Tested on another task than learned on.
  case others

  /// What ``Setting/tested`` is for the mean over tasks.
  var tested: String {
    switch self {
    case .own: "all"
    case .source: "sources"
    case .others: "others"
    }
  }
}
