import Basics
import Testing

@Suite struct FailureTests {
  @Test func theKindTellsWhoseMistakeItIs() {
    #expect(Failure("no space").kind == .failure)
    #expect(Failure.usage("no such option").kind == .usage)
    #expect(Failure.usage("x") != Failure("x"))
  }

  @Test func theTextIsTheDescription() {
    #expect("\(Failure("no space"))" == "no space")
    #expect("\(Failure.usage("no such option"))" == "no such option")
  }
}
