import CVectorKernels

/// The sets of vector instructions of x86-64, each with those before it; `baseline` alone on other architectures.
package enum VectorInstructions: Int32, Comparable, Sendable {
  /// What every x86-64 processor has (SSE2), or nothing of this kind.
  case baseline
  case sse42
  case avx
  /// With fused multiply-add.
  case avx2
  /// F, CD, BW, DQ and VL.
  case avx512

  /// What this processor and the operating system support.
  package static let ofProcessor = VectorInstructions(rawValue: rpp_vector_instructions()) ?? .baseline

  package static func < (left: VectorInstructions, right: VectorInstructions) -> Bool { left.rawValue < right.rawValue }
}
