#pragma once
#include <mpi.h>

// OpenMPI's communicators, types and operations are macros that cast the addresses of its variables, which Swift cannot read.

static inline void rpp_mpi_init(void) {
  int provided;
  // Threads of this process compute, one of them communicates.
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
}

static inline int rpp_mpi_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int rpp_mpi_size(void) {
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

static inline void rpp_mpi_gather(void *bytes, const int *counts, const int *starts) {
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, bytes, counts, starts, MPI_BYTE, MPI_COMM_WORLD);
}

// A reduction and a broadcast: whatever algorithm an all-reduce takes, it need not give all ranks the same last bits.
static inline void rpp_mpi_sum(float *values, int count) {
  if (rpp_mpi_rank() == 0)
    MPI_Reduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, 0, MPI_COMM_WORLD);
  else
    MPI_Reduce(values, NULL, count, MPI_FLOAT, MPI_SUM, 0, MPI_COMM_WORLD);
  MPI_Bcast(values, count, MPI_FLOAT, 0, MPI_COMM_WORLD);
}

static inline void rpp_mpi_finalize(void) { MPI_Finalize(); }

static inline void rpp_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }
