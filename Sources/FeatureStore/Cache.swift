import Basics
import Foundation
import Synchronization

/// A folder of rows that take long to compute and follow from their contents alone: features, decoded images.
///
/// Below it is a folder for each kind of row, in that one for each set of things that all its rows depend on, named by
/// their hash (see ``RowCache``), and in that files that never change. So any number of processes can read and write
/// at once, one that is killed leaves nothing but a file that nobody reads, and everything can be removed at any time.
///
/// A cache is a help and never a reason to fail: what cannot be read is computed, what cannot be written is said once.
public final class Cache: Sendable {
  /// What rows are.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// Features of images, from a frozen image encoder.
    case imageFeatures = "image-features"
    /// Features of texts, from a frozen text encoder.
    case textFeatures = "text-features"
    /// Decoded images, at the size that an image encoder takes.
    case images
  }

  /// The folder.
  public let path: String
  private let warn: @Sendable (String) -> Void
  private let isWritable = Mutex(true)

  /// A cache in a folder, which is made when something is to be kept.
  ///
  /// - Parameter warn: Told, in one line, of what was damaged or could not be written.
  public init(_ path: String, warn: @escaping @Sendable (String) -> Void = { _ in }) {
    self.path = path
    self.warn = warn
  }

  /// Where a user's cache lies: `$RPP_CACHE`, else `$XDG_CACHE_HOME/rpp`, else `~/.cache/rpp`.
  public static func path(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    if let path = environment["RPP_CACHE"], !path.isEmpty { return path }
    // The XDG specification wants paths that are not absolute to be ignored.
    if let path = environment["XDG_CACHE_HOME"], path.hasPrefix("/") { return "\(path)/rpp" }
    return "\(environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory())/.cache/rpp"
  }

  /// The rows of one kind that depend on the same things.
  ///
  /// - Parameters:
  ///   - dependencies: A line for each thing that all rows depend on.
  ///   - about: The same for people, on one line.
  ///   - shape: The shape of a row.
  public func rows(_ kind: Kind, dependencies: [String], about: String, shape: [Int]) -> RowCache {
    let key = ContentHash(of: (["\(shape)"] + dependencies).joined(separator: "\n"))
    return RowCache(self, key: key, kind: kind, about: about, shape: shape)
  }

  func folder(of kind: Kind) -> String { "\(path)/\(kind.rawValue)" }

  /// Writes unless an earlier attempt failed, or this one does, which is said once.
  ///
  /// - Returns: Whether it was written.
  func write(_ body: () throws -> Void) -> Bool {
    guard isWritable.withLock({ $0 }) else { return false }
    do {
      // Another process that clears the cache can take the folder, or the half-written file, away once.
      do { try body() } catch { try body() }
      return true
    } catch {
      let isFirst = isWritable.withLock { wasWritable in
        defer { wasWritable = false }
        return wasWritable
      }
      if isFirst { warn("nothing more is kept in the cache: \(error)") }
      return false
    }
  }

  /// Takes a damaged file away.
  func remove(damaged file: String) {
    warn("the cache's file \(file) is damaged; its rows are computed again")
    unlink(file)
  }
}
