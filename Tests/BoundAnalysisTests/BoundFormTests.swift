import Basics
import BoundAnalysis
import Testing

struct BoundFormTests {
  @Test func neededComplexityInvertsTheBound() {
    for form in BoundForms.all {
      for gap in [-0.3, 0, 1.7] {
        let term = form.concentration(largestLoss: 2.5, lossVariance: 0.4, size: 24, delta: 0.05)
        let needed = form.neededComplexity(gap: gap, concentration: term)
        #expect(Records.isClose(form.bound(concentration: term, complexity: needed), gap), "\(type(of: form).name)")
      }
    }
  }

  @Test func aFormIsFoundByItsName() throws {
    #expect(Set(BoundForms.all.map { type(of: $0).name }).count == BoundForms.all.count)
    for form in BoundForms.all {
      let name = type(of: form).name
      #expect(try type(of: BoundForms.named(name)).name == name)
    }
    let failure = #expect(throws: Failure.self) { try BoundForms.named("multiplicativ") }
    #expect(failure?.kind == .usage && failure?.description.contains("multiplicative") == true)
  }

  @Test func noLossAtAllIsNoDivisionByZero() {
    let form = MultiplicativeForm()
    #expect(form.neededComplexity(gap: 0.1, concentration: 0) == .infinity)
    #expect(form.neededComplexity(gap: 0, concentration: 0) == 0)
  }
}
