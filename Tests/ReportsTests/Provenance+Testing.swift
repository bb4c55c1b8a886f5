import Experiments

extension Provenance {
  /// That of no machine in particular.
  static let testing = Provenance(
    command: "rpp bound --out bounds/first", version: "0.4.0", arithmetic: ["OpenBLAS"], processor: "a processor",
    threads: 2)
}
