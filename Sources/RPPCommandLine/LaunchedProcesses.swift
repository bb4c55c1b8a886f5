import Basics
import Foundation

/// The processes that `mpirun` or `srun` has started with the same command.
///
/// `rpp compare`, `rpp bound` and `rpp features` share their work by the folder, whoever starts them; of these processes, which know
/// nothing of MPI, only the first one speaks.
enum LaunchedProcesses {
  /// This process's number, from 0; 0 for one by itself.
  static let rank: Int = number(["OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"]) ?? 0

  /// How many there are, as far as the launcher tells.
  static let count: Int = number(["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"]) ?? 1

  /// Divides the cores of this machine among its processes, unless each is bound to cores of its own, or the user has said how many
  /// threads each takes. To be called before anything takes threads.
  static func shareCores() {
    let all = ProcessInfo.processInfo.activeProcessorCount
    guard let here = number(["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"]), Parallel.coreCount == all else {
      return
    }
    setenv(Parallel.variable, "\(max(1, all / max(1, here)))", 0)
  }

  private static func number(_ variables: [String]) -> Int? {
    let environment = ProcessInfo.processInfo.environment
    return variables.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first
  }
}
