/// An error whose text a user reads as it is: one line that says what is wrong, where, and what would be right.
public struct Failure: Error, CustomStringConvertible, Equatable, Sendable {
  /// Whose mistake it is; decides the exit status of `rpp`.
  public enum Kind: Sendable {
    /// The command or configuration asks for something that does not exist or makes no sense: exit status 2.
    case usage
    /// The command is fine, but a file, the data or the machine is not: exit status 1.
    case failure
    /// The command is fine, but numbers grew beyond all bounds, as with too high a learning rate: exit status 1. The same command
    /// fails again.
    case notFinite
  }

  /// Whose mistake it is.
  public let kind: Kind
  /// One line (several mistakes of one command are joined by line breaks), safe to print, see ``Swift/String/printable``.
  public let description: String

  /// A failure of the data, a file or the machine, with the line the user reads.
  public init(_ description: String) {
    self.kind = .failure
    self.description = description.printable
  }

  private init(kind: Kind, description: String) {
    self.kind = kind
    self.description = description
  }

  /// Numbers that are not finite, with the line the user reads.
  public static func notFinite(_ description: String) -> Failure {
    Failure(kind: .notFinite, description: description.printable)
  }

  /// A mistake in the command or configuration, with the line the user reads.
  public static func usage(_ description: String) -> Failure {
    Failure(kind: .usage, description: description.printableLines)
  }
}
