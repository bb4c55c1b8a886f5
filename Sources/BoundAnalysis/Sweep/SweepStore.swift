import Basics
import Foundation
import Synchronization

/// Where what a sweep measured is kept: files of one folder, which any number of processes share, or memory.
///
/// A file is whole or not there, and a piece of work belongs to the process that holds its lock.
final class SweepStore: Sendable {
  private let path: String?
  private let memory = Mutex<[String: Data]>([:])

  /// - Parameter path: The folder; nil to keep everything in memory.
  init(_ path: String?) throws {
    self.path = path
    if let path { try Folder.make(path) }
  }

  /// What is kept of a cell; nil if it was not worked on to its end.
  ///
  /// - Throws: ``Failure`` if the file is damaged.
  func value<Value: Decodable>(_ type: Value.Type, _ size: Int, _ name: String) throws -> Value? {
    let key = Self.key(size, name)
    guard let path else {
      return try memory.withLock { $0[key] }.map { try JSONText.decode(type, $0, origin: key) }
    }
    return try KeptJSON.value(type, in: "\(path)/\(key)")
  }

  func keep(_ value: some Encodable, _ size: Int, _ name: String) throws {
    let key = Self.key(size, name)
    guard let path else {
      let data = Data(try JSONText.encode(value).utf8)
      return memory.withLock { $0[key] = data }
    }
    try Folder.make("\(path)/N-\(size)")
    try KeptJSON.write(value, to: "\(path)/\(key)")
  }

  /// Does work that no other process does at the moment.
  ///
  /// - Returns: False if another has it.
  func alone(_ size: Int, _ name: String, _ work: () throws -> Void) throws -> Bool {
    var lock: FileLock?
    if let path {
      try Folder.make("\(path)/N-\(size)")
      lock = try FileLock.ifFree(in: "\(path)/N-\(size)", name: "\(name).lock")
      if lock == nil { return false }
    }
    defer { withExtendedLifetime(lock) {} }
    try work()
    return true
  }

  private static func key(_ size: Int, _ name: String) -> String { "N-\(size)/\(name).json" }
}
