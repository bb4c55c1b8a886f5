import Foundation

/// The machine's processor.
public enum Processor {
  /// What it calls itself, as `AMD EPYC`; `unknown` where the system does not say.
  public static let name: String = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
  }()
}
