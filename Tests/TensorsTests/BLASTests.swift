import Foundation
import Tensors
import Testing

/// How OpenBLAS is made ready for a process.
struct BLASTests {
  @Test func theChosenKernelsUseWhatTheProcessorHas() {
    let families = KernelFamily.candidates(
      loaded: BLAS.kernels, processor: .ofProcessor, isAMD: BLAS.kernels == "Zen")
    let isChosenByUser = ProcessInfo.processInfo.environment[BLAS.variable] != nil
    #expect(isChosenByUser || families.isEmpty || families.first?.name == BLAS.kernels)
    #expect(BLAS.version.hasPrefix("0.") || BLAS.version.hasPrefix("1."))
  }

  @Test(
    "another family is loaded within the process, and multiplies",
    .enabled(if: VectorInstructions.ofProcessor >= .avx, "the processor has no AVX"))
  func anotherFamilyIsLoaded() async {
    await #expect(processExitsWith: .success) {
      let chosen = ProcessInfo.processInfo.environment[BLAS.variable]
      for name in ["Nehalem", "Sandybridge"] {
        let family = KernelFamily(name: name, needs: .baseline)
        // An OpenBLAS that was built for one family keeps it.
        guard BLAS.use(family) else { continue }
        #expect(BLAS.productsAreCorrect())
        let product = Tensor.product(.random([65, 70]), .random([70, 33]))
        #expect(product.isFinite)
      }
      #expect(ProcessInfo.processInfo.environment[BLAS.variable] == chosen)
    }
  }

  @Test func aFamilyThatDoesNotExistIsNotLoaded() async {
    await #expect(processExitsWith: .success) {
      #expect(!BLAS.use(KernelFamily(name: "Unheard", needs: .baseline)))
      #expect(BLAS.productsAreCorrect())
    }
  }
}
