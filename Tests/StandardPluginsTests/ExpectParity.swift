import Basics
import CLIPModel
import Foundation
import StandardPlugins
import Optimization
import PromptLearning
import Tensors
import TestSupport
import Testing

/// Compares a structure with golden values: logits, the gradient of every parameter, the losses and changes of three steps.
///
/// - Parameters:
///   - parameters: For each parameter of ours the published name.
func expectParity(
  of structure: some PromptStructure, with fixture: ParityFixture, parameters names: [String: String],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let backbone = try ParityFixture.backbone()
  let images = PromptedCLIP.Images.pixels(try fixture.tensor("image"))
  let labels = try fixture.integers("label")
  var parameters = ParameterSet(try names.mapValues { try fixture.tensor("param.\($0)") })
  let start = parameters
  let model = try PromptedCLIP(
    model: backbone.model, structure: structure, context: try promptContext(fixture, backbone: backbone),
    parameters: start)

  var stream = RandomStream(name: "parity")
  let own = try structure.initialParameterSet(model.context, from: &stream)
  #expect(own.names == start.names, "names at the start", sourceLocation: sourceLocation)
  for name in own.names {
    #expect(own[name]?.shape == start[name]?.shape, "shape of \(name)", sourceLocation: sourceLocation)
  }

  var optimizer = Optimizer(.publishedSGD)
  let losses = try fixture.tensor("expect.loss").elements
  for step in losses.indices {
    var logits: Tensor?
    let found = try lossAndGradients(at: parameters) {
      let prediction = try model(images, parameters: $0)
      logits = prediction.logits.value
      return HardLabel().loss(SupervisionInput(prediction: prediction, labels: labels))
    }
    #expect(
      abs(found.loss - losses[step]) <= 1e-4 * max(1, abs(losses[step])), "loss of step \(step)",
      sourceLocation: sourceLocation)
    if step == 0 {
      expectClose(
        try #require(logits), try fixture.tensor("expect.logits"), "logits", sourceLocation: sourceLocation)
      for (name, published) in names {
        let expected = try fixture.tensor("expect.grad.\(published)")
        expectClose(
          try #require(found.gradients[name]), expected, "gradient of \(name)", relativeToLargest: 1e-3,
          sourceLocation: sourceLocation)
      }
    }
    optimizer.step(&parameters, gradients: found.gradients, rate: 0.002)
  }
  for (name, published) in names {
    let expected = try fixture.tensor("expect.after3.\(published)")
    expectClose(
      difference(parameters[name]!, start[name]!), difference(expected, start[name]!), "change of \(name)",
      relativeToLargest: 1e-3, sourceLocation: sourceLocation)
  }
}

/// The fixture's classes; words are looked up in its token rows, `[SOS] [template or placeholders] [name] [.] [EOS]`.
func promptContext(_ fixture: ParityFixture, backbone: Backbone) throws -> PromptContext {
  let classNames = try list([String].self, "classNames", of: fixture)
  let lengths = try list([Int].self, "nameLengths", of: fixture)
  let template = fixture.metadata["template"] ?? "{}"
  var tokens = [".": Array(fixture.tokenSequences[0].dropLast().suffix(1))]
  for (index, name) in classNames.enumerated() {
    let sequence = fixture.tokenSequences[index]
    tokens[name] = Array(sequence.dropLast(2).suffix(lengths[index]))
    if template != "{}" { tokens[template.replacing("{}", with: name)] = Array(sequence.dropFirst().dropLast()) }
  }
  return try PromptContext(weights: backbone.weights, classNames: classNames, template: template) { [tokens] text in
    guard let found = tokens[text] else { throw Failure("the fixture has no tokens for \(text)") }
    return found
  }
}

private func list<Value: Decodable>(_ type: Value.Type, _ key: String, of fixture: ParityFixture) throws -> Value {
  try JSONDecoder().decode(type, from: Data((fixture.metadata[key] ?? "").utf8))
}

func difference(_ left: Tensor, _ right: Tensor) -> Tensor {
  (Variable(left) - Variable(right)).value
}

/// Checks every element: within 1e-4 · max(1, |expected|), or within a share of the largest expected element.
func expectClose(
  _ found: Tensor, _ expected: Tensor, _ what: String, relativeToLargest share: Float? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
  let largest = expected.elements.map(abs).max() ?? 0
  let worst =
    zip(found.elements, expected.elements).map { found, expected in
      abs(found - expected) / (share.map { $0 * largest } ?? 1e-4 * max(1, abs(expected)))
    }.max() ?? 0
  #expect(worst <= 1, "\(what): \(worst) times the tolerance off", sourceLocation: sourceLocation)
}
