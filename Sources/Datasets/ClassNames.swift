import Basics

/// The names of classes as text encoders read them: `_` and any spaces are one space. Encoders see words in small letters, so
/// names must differ in more than that.
public struct ClassNames {
  /// What a name is taken from: "folder" or "label".
  let what: String
  /// In label order.
  public private(set) var names: [String] = []
  private var owners: [String: String] = [:]

  /// No names yet, of what they are taken from: "folder" or "label".
  public init(of what: String) { self.what = what }

  /// Takes the next class's name from what stands for it.
  ///
  /// - Parameter failure: A mistake at the place where the text stands.
  /// - Throws: `failure` if there is no name in it, or the name of a class before.
  public mutating func add(_ text: String, or failure: (String) -> Failure) throws {
    let name = Self.spelled(text)
    guard !name.isEmpty else { throw failure("the \(what) \"\(text)\" has no class name in it") }
    if let owner = owners.updateValue(text, forKey: name.lowercased()) {
      throw failure("the \(what)s \"\(owner)\" and \"\(text)\" give the same class name, \(name)")
    }
    names.append(name)
  }

  /// A name as text encoders read it.
  static func spelled(_ text: String) -> String {
    text.split { $0 == "_" || $0.isWhitespace }.joined(separator: " ")
  }
}
