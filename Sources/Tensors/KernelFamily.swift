/// A family of OpenBLAS's kernels on x86-64, by the name that OpenBLAS gives it.
package struct KernelFamily: Equatable, Sendable {
  package let name: String
  /// What a processor must have to run it.
  package let needs: VectorInstructions

  package init(name: String, needs: VectorInstructions) {
    self.name = name
    self.needs = needs
  }

  /// Families for processors that are younger than OpenBLAS, the fastest first.
  ///
  /// Zen and Haswell need the same; each is the faster one on the processors of its maker.
  private static func all(isAMD: Bool) -> [KernelFamily] {
    [
      KernelFamily(name: "SkylakeX", needs: .avx512),
      KernelFamily(name: isAMD ? "Zen" : "Haswell", needs: .avx2),
      KernelFamily(name: "Sandybridge", needs: .avx),
      KernelFamily(name: "Nehalem", needs: .sse42),
    ]
  }

  /// What the families that OpenBLAS may have loaded need; those of processors before AVX are not told apart.
  private static let instructions: [String: VectorInstructions] = [
    "SapphireRapids": .avx512, "Cooperlake": .avx512, "SkylakeX": .avx512,
    "Zen": .avx2, "Haswell": .avx2, "Excavator": .avx2,
    "Sandybridge": .avx, "Bulldozer": .avx, "Piledriver": .avx, "Steamroller": .avx,
    "Nehalem": .sse42,
    "Prescott": .baseline, "Core2": .baseline, "Penryn": .baseline, "Dunnington": .baseline, "Atom": .baseline,
    "Nano": .baseline, "Opteron": .baseline, "Opteron_SSE3": .baseline, "Barcelona": .baseline, "Bobcat": .baseline,
    "Katmai": .baseline, "Coppermine": .baseline, "Northwood": .baseline, "Banias": .baseline, "Athlon": .baseline,
  ]

  /// The families to use on a processor, the best first: what OpenBLAS has loaded where that uses all that the processor
  /// has, else faster ones. Empty where nothing is known of what it has loaded (a family younger than this list, or another
  /// architecture): then it is left as it is.
  package static func candidates(loaded: String, processor: VectorInstructions, isAMD: Bool) -> [KernelFamily] {
    guard let needs = instructions[loaded] else { return [] }
    let runnable = all(isAMD: isAMD).filter { $0.needs <= processor && $0.name != loaded }
    return runnable.filter { $0.needs > needs } + [KernelFamily(name: loaded, needs: needs)]
      + runnable.filter { $0.needs <= needs }
  }
}
