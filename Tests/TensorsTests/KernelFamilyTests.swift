import Tensors
import Testing

/// Which of OpenBLAS's kernels are chosen on which processor.
struct KernelFamilyTests {
  private func names(_ loaded: String, _ processor: VectorInstructions, isAMD: Bool = false) -> [String] {
    KernelFamily.candidates(loaded: loaded, processor: processor, isAMD: isAMD).map(\.name)
  }

  @Test func whatUsesAllOfTheProcessorStays() {
    #expect(names("SkylakeX", .avx512).first == "SkylakeX")
    #expect(names("Cooperlake", .avx512).first == "Cooperlake")
    #expect(names("Haswell", .avx2).first == "Haswell")
    // OpenBLAS told AMD's processor from Intel's by its own list.
    #expect(names("Haswell", .avx2, isAMD: true).first == "Haswell")
    #expect(names("Zen", .avx2, isAMD: true).first == "Zen")
    #expect(names("Prescott", .baseline) == ["Prescott"])
  }

  @Test func aYoungerProcessorGetsWhatItCanRun() {
    #expect(names("Prescott", .avx512) == ["SkylakeX", "Haswell", "Sandybridge", "Nehalem", "Prescott"])
    #expect(names("Prescott", .avx2, isAMD: true) == ["Zen", "Sandybridge", "Nehalem", "Prescott"])
    #expect(names("Zen", .avx512, isAMD: true).first == "SkylakeX")
    #expect(names("Nehalem", .avx).first == "Sandybridge")
  }

  @Test func whereKernelsAreWrongTheNextIsSlower() {
    #expect(names("SkylakeX", .avx512) == ["SkylakeX", "Haswell", "Sandybridge", "Nehalem"])
    #expect(names("Zen", .avx2, isAMD: true) == ["Zen", "Sandybridge", "Nehalem"])
  }

  @Test func anUnknownFamilyIsLeftAlone() {
    #expect(names("SomethingNew", .avx512).isEmpty)
    #expect(names("neoversen1", .baseline).isEmpty)
  }
}
