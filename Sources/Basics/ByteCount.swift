import Foundation

/// Sizes as a person says them.
public enum ByteCount {
  /// A number of bytes with the largest decimal unit that fits, as `1.5 GB`.
  public static func text(_ bytes: Int) -> String {
    for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where Double(bytes) >= size {
      return "\(String(format: "%.1f", Double(bytes) / size)) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
