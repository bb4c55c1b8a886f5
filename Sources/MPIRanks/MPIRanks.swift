import Basics
import CMPI
import Foundation

/// The ranks of an MPI job.
public struct MPIRanks: RankGroup {
  public let rank: Int
  public let count: Int

  /// Joins the job that `mpirun` or `srun` has started this process in; to be called once.
  public init() {
    rpp_mpi_init()
    (rank, count) = (Int(rpp_mpi_rank()), Int(rpp_mpi_size()))
  }

  public func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {
    require(bytes.count <= Int(Int32.max), "MPI takes 2 GiB at once, not \(bytes.count) bytes")
    rpp_mpi_gather(bytes.baseAddress, parts.map { Int32($0.count) }, parts.map { Int32($0.lowerBound) })
  }

  public func sum(_ values: UnsafeMutableBufferPointer<Float>) {
    require(values.count <= Int(Int32.max), "MPI takes 2^31 numbers at once, not \(values.count)")
    rpp_mpi_sum(values.baseAddress, Int32(values.count))
  }

  public func end(_ status: Int32) -> Never {
    if status == 0 || status == 130 {
      rpp_mpi_finalize()
    } else {
      // The first rank ends the job for a failure of all; the others speak only where it has none.
      rpp_mpi_abort(status)
    }
    exit(status)
  }
}
