/// A value in the files for other programs: a field of CSV, a value of JSON.
enum FileValue: Encodable, Sendable {
  case text(String)
  case count(Int)
  case number(Double)
  case flag(Bool)
  /// There is none: an empty field, null.
  case none

  /// A number if there is one.
  static func optional(_ value: Double?) -> FileValue { value.map(FileValue.number) ?? .none }

  /// Numbers in the shortest text that reads back as the same; infinity is `inf`.
  var field: String {
    switch self {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .number(let value): "\(value)"
    case .flag(let flag): "\(flag)"
    case .none: ""
    }
  }

  /// JSON has no infinity; it stands there as text.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .count(let count): try container.encode(count)
    case .number(let value): value.isFinite ? try container.encode(value) : try container.encode("\(value)")
    case .flag(let flag): try container.encode(flag)
    case .none: try container.encodeNil()
    }
  }
}
