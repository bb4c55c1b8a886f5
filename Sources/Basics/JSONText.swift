import Foundation

/// JSON of files and metadata, with errors of one line.
public enum JSONText {
  /// The contents of a file.
  ///
  /// - Throws: ``Failure`` naming the file and, where one value is to blame, its place in it.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, file path: String, isSnakeCase: Bool = false
  ) throws -> Value {
    try decode(type, try RegularFile.contents(of: path), origin: path, isSnakeCase: isSnakeCase)
  }

  /// The value of a JSON text.
  ///
  /// - Parameters:
  ///   - origin: Where it stands, for messages.
  ///   - isSnakeCase: Whether `text_config` stands for `textConfig`.
  /// - Throws: ``Failure`` naming the origin and, where one value is to blame, its place.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, _ data: Data, origin: String, isSnakeCase: Bool = false
  ) throws -> Value {
    let decoder = JSONDecoder()
    if isSnakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    do {
      return try decoder.decode(type, from: data)
    } catch let error as DecodingError {
      throw Failure("\(origin): \(describe(error, isSnakeCase: isSnakeCase))")
    }
  }

  /// The same value always gives the same text.
  public static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func describe(_ error: DecodingError, isSnakeCase: Bool) -> String {
    func place(_ path: [any CodingKey]) -> String {
      let keys = path.map(\.stringValue).joined(separator: ".")
      // Keys as the file spells them.
      return isSnakeCase ? keys.replacing(/[A-Z]/) { "_" + $0.output.lowercased() } : keys
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): return "\(place(context.codingPath)) has no value"
    case .typeMismatch(let type, let context): return "\(place(context.codingPath)) is not of the form \(type)"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\(place(context.codingPath)) has a value that makes no sense"
    default: return "this is not JSON"
    }
  }
}
