import Basics
import Tensors
import Training

/// Where and how results were made.
public struct Provenance: Codable, Equatable, Sendable {
  /// The command that makes them.
  public var command: String
  /// RPP's version.
  public var version: String
  /// OpenBLAS's version and kernels; several where processes on different machines shared the work.
  public var arithmetic: [String]
  /// The processor's name.
  public var processor: String
  /// Threads that worked at once.
  public var threads: Int

  /// A provenance of the given parts.
  public init(command: String, version: String, arithmetic: [String], processor: String, threads: Int) {
    self.command = command
    self.version = version
    self.arithmetic = arithmetic
    self.processor = processor
    self.threads = threads
  }

  /// That of this process.
  ///
  /// - Parameter kernels: Those of OpenBLAS; those of other processes too where they shared the work.
  public init(command: String, kernels: Set<String> = [BLAS.kernels]) {
    self.init(
      command: command, version: RPPVersion.current,
      arithmetic: ["OpenBLAS \(BLAS.version)"] + kernels.sorted().map { "\($0) kernels" }, processor: Processor.name,
      threads: Parallel.threadCount)
  }
}
