import Foundation

/// JSON files that long work leaves in its folder, to be found when it goes on: whole or not there.
public enum KeptJSON {
  /// Replaces a file by a value.
  ///
  /// - Throws: ``Failure`` naming the file and the system's reason.
  public static func write(_ value: some Encodable, to path: String) throws {
    try AtomicFile.write(Data((try JSONText.encode(value) + "\n").utf8), to: path)
  }

  /// The value of a file; nil if it is not there.
  ///
  /// - Throws: ``Failure`` naming a damaged file, with what to do.
  public static func value<Value: Decodable>(_ type: Value.Type, in path: String) throws -> Value? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try JSONText.decode(type, try RegularFile.contents(of: path, limit: .max), origin: path)
    } catch let failure as Failure {
      throw Failure("\(failure); remove the file, and the command that made it makes it again")
    }
  }
}
