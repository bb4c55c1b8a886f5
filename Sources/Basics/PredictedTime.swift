import Foundation

/// Times to come as a person says them: rounded up, and no finer than anybody can tell.
public enum PredictedTime {
  /// Seconds as `40 s`, `17 min`, `12.5 h` or `5.3 days`.
  public static func text(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: "\(Int(seconds.rounded(.up))) s"
    case ..<5400: "\(Int((seconds / 60).rounded(.up))) min"
    case ..<172_800: String(format: "%.1f h", seconds / 3600)
    default: String(format: "%.1f days", seconds / 86_400)
    }
  }
}
