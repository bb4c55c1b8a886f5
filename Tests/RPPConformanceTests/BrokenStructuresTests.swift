import PromptLearning
import RPPConformance
import Testing

@Suite("The kit names what is broken in a structure, and nothing else")
struct BrokenStructuresTests {
  private static let violations: [Defect: ConformanceRequirement] = [
    .unreadableOption: .specification, .forgottenOption: .specification,
    .hardCodedWidth: .shapes, .hardCodedLength: .shapes, .tooFewSequences: .shapes, .promptWithoutVectors: .shapes,
    .notFinite: .shapes, .keysBehindNames: .shapes, .skippedFirstLayer: .shapes,
    .unknownTensor: .shapes,
    .tooManyLayers: .depth, .wrongKindOfError: .depth,
    .failingNotes: .notes,
    .undeclaredImage: .image, .unusedImage: .image,
    .changingStart: .seed, .constantStart: .seed,
    .stateOutsideOfParameters: .file,
    .halvedGradient: .gradients, .detachedParameter: .gradients, .deadParameter: .gradients, .missingRow: .gradients,
    .classOrder: .classOrder,
    .batchMean: .batch, .placeInBatch: .batch,
  ]

  @Test(arguments: Defect.allCases)
  func named(_ defect: Defect) throws {
    try expectViolation(Self.violations[defect]) {
      try StructureConformance(BrokenStructure<GoodWords>(defect)).check()
    }
  }

  @Test("what has one cause is named once for each backbone")
  func oneCauseOneLine() throws {
    let failure = try #require(throws: ConformanceFailure.self) {
      try StructureConformance(BrokenStructure<GoodWords>(.skippedFirstLayer)).check()
    }
    #expect(failure.violations.count == 2, "\(failure)")
    for violation in failure.violations {
      #expect(violation.explanation.contains("text prompts of layer 0 cannot be .carried: give it .tokens, a constant"))
    }
  }

  @Test func nameAndSummary() throws {
    try expectViolation(.name) { try StructureConformance(BrokenStructure<BadName>(.none)).check() }
    try expectViolation(.summary) { try StructureConformance(BrokenStructure<NoSummary>(.none)).check() }
  }

  @Test("what an author declares is believed, and held to")
  func declarations() throws {
    let dead = BrokenStructure<GoodWords>(.deadParameter)
    try expectViolation(nil) { try StructureConformance(dead, withoutGradient: ["dead"]).check() }
    let constant = BrokenStructure<GoodWords>(.constantStart)
    try expectViolation(nil) { try StructureConformance(constant, startsAtRandom: false).check() }
    let random = BrokenStructure<GoodWords>(.none)
    try expectViolation(.seed) { try StructureConformance(random, startsAtRandom: false).check() }
    let detached = BrokenStructure<GoodWords>(.detachedParameter)
    try expectViolation(.gradients) { try StructureConformance(detached, withoutGradient: ["shift"]).check() }
  }

  @Test("every requirement of a structure has a plugin that breaks it")
  func complete() {
    let ofSupervisions: Set<ConformanceRequirement> = [.loss, .frozenModels]
    #expect(
      Set(Self.violations.values).union(ofSupervisions).union([.name, .summary])
        == Set(ConformanceRequirement.allCases))
  }
}

/// Expects that exactly one requirement is violated, or none.
func expectViolation(
  _ requirement: ConformanceRequirement?, sourceLocation: SourceLocation = #_sourceLocation,
  _ check: () throws -> Void
) throws {
  do {
    try check()
    #expect(requirement == nil, "nothing was found", sourceLocation: sourceLocation)
  } catch let failure as ConformanceFailure {
    #expect(
      Set(failure.violations.map(\.requirement)) == Set([requirement].compactMap { $0 }), "\(failure)",
      sourceLocation: sourceLocation)
    for violation in failure.violations {
      #expect("\(failure)".contains("- \(violation.requirement.rawValue): "), sourceLocation: sourceLocation)
    }
  }
}
