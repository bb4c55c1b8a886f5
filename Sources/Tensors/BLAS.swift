import Basics
import COpenBLAS
import CVectorKernels
import Foundation

/// OpenBLAS as this process uses it: with the fastest kernels that the processor can run, checked once, on one thread.
///
/// OpenBLAS chooses its kernels when it is loaded, by a list of processors that ends where its version does: on one that is
/// younger it may take kernels without AVX, several times slower. So the choice is made once more before the first product, from
/// the instruction sets that the processor has (`VectorInstructions`). It never follows from timing.
public enum BLAS {
  /// The name of the kernel family, as OpenBLAS gives it: `Haswell`, `Zen`, `SkylakeX`.
  ///
  /// Results of products agree between families but for rounding.
  public static var kernels: String {
    _ = prepared
    return loadedKernels
  }

  /// The version of OpenBLAS, as `0.3.21`.
  public static let version: String = {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.dropFirst().first.map(String.init) ?? "of unknown version"
  }()

  /// The variable by which a user chooses the kernels; it wins over our choice.
  package static let variable = "OPENBLAS_CORETYPE"

  private static var loadedKernels: String { String(cString: openblas_get_corename()) }

  /// Chooses and checks the kernels when it is first evaluated, which must be before the first product.
  static let prepared: Void = {
    // OpenBLAS's own threads cut a product by their number, which can change the last bits, and would compete with ours.
    openblas_set_num_threads(1)
    let chosenByUser = ProcessInfo.processInfo.environment[variable].map { !$0.isEmpty } ?? false
    let families = KernelFamily.candidates(
      loaded: loadedKernels, processor: .ofProcessor, isAMD: rpp_is_amd())
    if !chosenByUser, let best = families.first, best.name != loadedKernels { use(best) }
    guard !productsAreCorrect() else { return }
    let wrong = loadedKernels
    if chosenByUser {
      return warn("OpenBLAS's \(wrong) kernels, which \(variable) asks for, compute wrong products here; unset it")
    }
    for family in families where family.name != wrong {
      guard use(family) else { break }
      if productsAreCorrect() {
        return warn("OpenBLAS's \(wrong) kernels compute wrong products here; \(family.name) are used instead")
      }
    }
    warn(
      "OpenBLAS's kernels compute wrong products here, whichever are chosen: results are worthless; "
        + "install another version than \(version)")
  }()

  /// Makes OpenBLAS load another family of kernels; only before the first product.
  ///
  /// - Returns: False where this build of OpenBLAS holds one family only, or not this one.
  @discardableResult
  package static func use(_ family: KernelFamily) -> Bool {
    typealias Function = @convention(c) () -> Void
    func function(_ name: String) -> Function? {
      // The handle that stands for all libraries of the process (RTLD_DEFAULT).
      dlsym(nil, name).map { unsafeBitCast($0, to: Function.self) }
    }
    guard let quit = function("gotoblas_dynamic_quit"), let start = function("gotoblas_dynamic_init") else {
      return false
    }
    let before = ProcessInfo.processInfo.environment[variable]
    quit()
    setenv(variable, family.name, 1)
    start()
    // Child processes make their own choice.
    if let before { setenv(variable, before, 1) } else { unsetenv(variable) }
    return loadedKernels == family.name
  }

  /// Whether products of small matrices, whose sizes leave remainders in every kernel, are what plain sums give.
  package static func productsAreCorrect() -> Bool {
    let sizes = [(5, 7, 9), (17, 19, 23), (33, 49, 37), (129, 3, 11), (3, 129, 11), (4, 6, 801)]
    return sizes.allSatisfy { m, n, k in
      [(false, false), (false, true), (true, false), (true, true)].allSatisfy { productIsCorrect(m, n, k, $0, $1) }
    }
  }

  private static func productIsCorrect(_ m: Int, _ n: Int, _ k: Int, _ transposeA: Bool, _ transposeB: Bool) -> Bool {
    var stream = RandomStream(name: "check of products")
    let a = (0..<m * k).map { _ in Float(stream.uniform(-1, 1)) }
    let b = (0..<k * n).map { _ in Float(stream.uniform(-1, 1)) }
    var c = [Float](repeating: 1, count: m * n)
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
      blasint(n), blasint(k), 1, a, blasint(transposeA ? m : k), b, blasint(transposeB ? k : n), 1, &c, blasint(n))
    for i in 0..<m {
      for j in 0..<n {
        var sum: Float = 1
        for p in 0..<k { sum += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j] }
        // Of terms between −1 and 1, at most 801 of them; comparing so is false for NaN.
        guard abs(sum - c[i * n + j]) <= 1e-3 else { return false }
      }
    }
    return true
  }

  private static func warn(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(text)\n".utf8))
  }
}
