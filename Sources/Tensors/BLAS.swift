import COpenBLAS

/// The library of matrix products, OpenBLAS, and which of its kernels this process runs.
public enum BLAS {
  /// The name of the kernel family, as OpenBLAS gives it: `Haswell`, `Zen`, `SkylakeX`.
  ///
  /// Results of products agree between families but for rounding.
  public static var kernels: String { String(cString: openblas_get_corename()) }
}
