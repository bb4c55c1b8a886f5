import Foundation

/// The settings of a record by their names, as texts: to say in what two records differ.
public struct RecordedSettings {
  /// What each is; a setting that is not set has no key.
  public let texts: [String: String]

  /// The given texts.
  public init(_ texts: [String: String]) { self.texts = texts }

  /// The properties of a value, as JSON has them.
  public init(of value: some Encodable) throws {
    let object = try JSONSerialization.jsonObject(with: Data(JSONText.encode(value).utf8)) as? [String: Any] ?? [:]
    texts = object.mapValues { ($0 as? [Any])?.map { "\($0)" }.joined(separator: ",") ?? "\($0)" }
  }

  /// All but one, which is compared by itself.
  public func without(_ name: String) -> RecordedSettings { RecordedSettings(texts.filter { $0.key != name }) }

  /// `seed is 2 there, 1 here`, a line for each setting in which these differ from those there.
  public func differences(there: RecordedSettings) -> [String] {
    Set(texts.keys).union(there.texts.keys).sorted().filter { texts[$0] != there.texts[$0] }.map {
      "\($0) is \(there.texts[$0]?.printable ?? "not set") there, \(texts[$0]?.printable ?? "not set") here"
    }
  }
}
