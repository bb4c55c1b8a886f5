import Basics
import CLIP
import HardLabel
import IVLP
import Optimization
import PromptLearning
import SAPL
import Tensors
import TestSupport
import Testing

@Suite("SAPL holds the properties of its definition")
struct SAPLTests {
  /// All four settings of the two switches.
  static let switches = AttentionPrompt.Space.allCases.flatMap { space in SAPL.Rows.allCases.map { (space, $0) } }

  private let fixture: ParityFixture
  private let backbone: Backbone

  init() throws {
    fixture = try ParityFixture(named: "ivlp")
    backbone = try ParityFixture.backbone()
  }

  private func branches(textDepth: Int, visionDepth: Int, length: Int = 3) -> BranchOptions {
    var options = BranchOptions()
    (options.textLength, options.visionLength) = (length, length)
    (options.textDepth, options.visionDepth) = (textDepth, visionDepth)
    options.initialization = .random
    return options
  }

  private func sapl(_ branches: BranchOptions, _ space: AttentionPrompt.Space, _ rows: SAPL.Rows) -> SAPL {
    var options = SAPL.Options()
    (options.branches, options.space, options.rows) = (branches, space, rows)
    return SAPL(options: options)
  }

  private func model(_ structure: any PromptStructure) throws -> PromptedCLIP {
    PromptedCLIP(model: backbone.model, structure: structure, context: try promptContext(fixture, backbone: backbone))
  }

  /// Parameters drawn with one seed, larger than at a real start so that they matter.
  private func parameters(_ structure: any PromptStructure, scale: Float = 1) throws -> [String: Tensor] {
    var stream = RandomStream(name: "sapl")
    return try structure.initialParameters(try model(structure).context, from: &stream).mapValues {
      $0.scaled(by: scale)
    }
  }

  private func logits(_ structure: any PromptStructure, _ parameters: [String: Tensor]) throws -> Tensor {
    try model(structure)(.pixels(try fixture.tensor("image")), parameters: parameters.mapValues { Variable($0) })
      .logits.value
  }

  @Test("token and replaced, with equal tensors, is IVLP at every depth")
  func isIVLP() throws {
    let layers = backbone.configuration.text.layers
    for textDepth in 1...layers {
      for visionDepth in 1...layers {
        let branches = branches(textDepth: textDepth, visionDepth: visionDepth)
        let ivlp = IVLP(options: branches)
        let shared = try parameters(ivlp, scale: 20)
        let structure = sapl(branches, .token, .replaced)
        var own: [String: Tensor] = [:]
        for name in try parameters(structure).keys {
          own[name] = shared[name.split(separator: ".").prefix(2).joined(separator: ".")]
        }
        expectClose(
          try logits(structure, own), try logits(ivlp, shared), "depths \(textDepth) and \(visionDepth)")
      }
    }
  }

  @Test("replaced starts as IVLP's function in both spaces, and carried at depth 1", arguments: switches)
  func startsAsIVLP(space: AttentionPrompt.Space, rows: SAPL.Rows) throws {
    let layers = backbone.configuration.text.layers
    for depth in rows == .carried ? 1...1 : 1...layers {
      let branches = branches(textDepth: depth, visionDepth: depth)
      let ivlp = IVLP(options: branches)
      let structure = sapl(branches, space, rows)
      expectClose(
        try logits(structure, try parameters(structure)), try logits(ivlp, try parameters(ivlp)), "depth \(depth)")
    }
  }

  @Test("carried is another function where a second layer is prompted")
  func carriedDiffers() throws {
    let branches = branches(textDepth: 2, visionDepth: 2)
    let carried = sapl(branches, .projected, .carried)
    let ivlp = IVLP(options: branches)
    let start = try logits(carried, try parameters(carried))
    #expect(start.elements != (try logits(ivlp, try parameters(ivlp))).elements)
    #expect(carried.initialReference != nil)
  }

  @Test("only tensors that matter exist, and each gets a gradient", arguments: switches)
  func everyTensorMatters(space: AttentionPrompt.Space, rows: SAPL.Rows) throws {
    let layers = backbone.configuration.text.layers
    for depth in 1...layers {
      let structure = sapl(branches(textDepth: depth, visionDepth: depth), space, rows)
      let parameters = try parameters(structure, scale: 5)
      let variables = parameters.mapValues { Variable.parameter($0) }
      let prediction = try model(structure)(.pixels(try fixture.tensor("image")), parameters: variables)
      let gradients = HardLabel().loss(
        SupervisionInput(prediction: prediction, labels: try fixture.integers("label"))
      ).gradients()
      for (name, variable) in variables {
        let gradient = try #require(gradients[variable], "\(name) at depth \(depth)")
        #expect(gradient.elements.contains { abs($0) > 1e-9 }, "\(name) at depth \(depth)")
      }
      // Two branches of: all layers prompted, keys and values only; else one token and the queries besides.
      let tensors = depth == layers ? 2 * depth : rows == .carried ? 3 * depth + 1 : 2 * depth + 2
      #expect(parameters.count == 2 * tensors, "depth \(depth)")
      let notes = try structure.notes(try model(structure).context)
      #expect(notes.count == (depth == layers ? 2 : 0))
    }
  }

  @Test("every tensor's gradient agrees with differences", arguments: switches)
  func gradients(space: AttentionPrompt.Space, rows: SAPL.Rows) throws {
    let structure = sapl(branches(textDepth: 2, visionDepth: 2, length: 2), space, rows)
    let model = try model(structure)
    let images = PromptedCLIP.Images.pixels(try fixture.tensor("image"))
    let labels = try fixture.integers("label")
    let start = try parameters(structure, scale: 10)
    func loss(_ variables: [String: Variable]) throws -> Variable {
      HardLabel().loss(SupervisionInput(prediction: try model(images, parameters: variables), labels: labels))
    }
    let variables = start.mapValues { Variable.parameter($0) }
    let gradients = try loss(variables).gradients()
    for (name, tensor) in start {
      // Along the gradient itself, where differences are largest against rounding.
      let gradient = try #require(gradients[variables[name]!])
      let length = gradient.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
      func moved(_ by: Float) throws -> Float {
        var changed = start.mapValues { Variable($0) }
        changed[name] = Variable(tensor) + Variable(gradient) * (by / length)
        return try loss(changed).value.scalar
      }
      let step: Float = 0.02
      let difference = (try moved(step) - moved(-step)) / (2 * step)
      #expect(abs(difference - length) <= 0.03 * length + 2e-4, "\(name): \(difference) against \(length)")
    }
  }
}
