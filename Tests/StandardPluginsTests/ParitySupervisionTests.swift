import StandardPlugins
import PromptLearning
import Tensors
import TestSupport
import Testing

@Suite("Parity: supervisions compute what the published formula does")
struct ParitySupervisionTests {
  @Test func hardLabel() throws {
    let fixture = try ParityFixture(named: "supervision")
    try expectLoss(HardLabel(), fixture, loss: "expect.hard.loss", gradient: "expect.hard.grad")
  }

  @Test(arguments: [1, 2, 4])
  func softLabels(temperature: Int) throws {
    let fixture = try ParityFixture(named: "supervision")
    var options = SoftLabelKD.Options()
    options.temperature = Double(temperature)
    try expectLoss(
      SoftLabelKD(options: options), fixture, loss: "expect.kd.T\(temperature).loss",
      gradient: "expect.kd.T\(temperature).grad")
  }

  private func expectLoss(
    _ term: some SupervisionTerm, _ fixture: ParityFixture, loss: String, gradient: String
  ) throws {
    func prediction(_ logits: Variable) -> Prediction {
      Prediction(logits: logits, imageFeatures: logits, textFeatures: logits)
    }
    let student = Variable.parameter(try fixture.tensor("student_logits"))
    let teacher = prediction(Variable(try fixture.tensor("teacher_logits")))
    let value = try term.loss(
      SupervisionInput(
        prediction: prediction(student), labels: try fixture.integers("label"),
        frozen: Dictionary(uniqueKeysWithValues: term.frozenModels.map { ($0, teacher) })))
    expectClose(value.value.reshaped([1]), try fixture.tensor(loss), loss)
    expectClose(
      try #require(value.gradients()[student]), try fixture.tensor(gradient), gradient, relativeToLargest: 1e-3)
  }
}
