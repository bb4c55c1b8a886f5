import Basics
import CLIPModel
import StandardPlugins
import Optimization
import PromptLearning
import Tensors
import TestSupport
import Testing

@Suite("SAPL holds the properties of its definition")
struct SAPLTests {
  typealias Switches = (space: LayerPrompt.Space, rows: SAPL.Rows)
  /// All four combinations of `space` and `rows`.
  static let switches: [Switches] = LayerPrompt.Space.allCases.flatMap { space in
    SAPL.Rows.allCases.map { (space, $0) }
  }
  /// All eight choices of what is unshared, from nothing to everything.
  static let subsets: [Set<SAPL.Component>] = SAPL.Component.allCases.reduce([[]]) { subsets, component in
    subsets + subsets.map { $0.union([component]) }
  }
  static let everything = Set(SAPL.Component.allCases)

  private let fixture: ParityFixture
  private let backbone: Backbone

  init() throws {
    fixture = try ParityFixture(named: "ivlp")
    backbone = try ParityFixture.backbone()
  }

  @Test(arguments: SAPLTests.subsets, [(text: 4, vision: 4), (text: 2, vision: 3), (text: 1, vision: 6)])
  func theSharedCounterpartHasTheNearestNumberOfParameters(
    unshared: Set<SAPL.Component>, lengths: (text: Int, vision: Int)
  ) throws {
    let context = try context()
    func count(_ structure: SAPL) throws -> Int {
      var stream = RandomStream(name: "sapl")
      return try structure.initialParameterSet(context, from: &stream).count
    }
    var branches = branches(textDepth: 1, visionDepth: 2)
    (branches.textLength, branches.visionLength) = lengths
    for rows in SAPL.Rows.allCases {
      let structure = sapl(branches, (.token, rows), unshared: unshared)
      guard let counterpart = try structure.sharedCounterpart(context) else {
        #expect(unshared.isEmpty)
        continue
      }
      #expect(!unshared.isEmpty && counterpart.options.unshared.isEmpty)
      let wanted = try count(structure)
      func shared(_ text: Int, _ vision: Int) throws -> Int {
        var options = counterpart.options
        (options.branches.textLength, options.branches.visionLength) = (text, vision)
        return try count(SAPL(options: options))
      }
      // The text's and the image's numbers add up.
      let both = try shared(1, 1)
      let texts = try (1...64).filter { length in
        var branches = branches
        branches.textLength = length
        return try branches.sequences(context).allSatisfy { $0.count <= context.configuration.contextLength }
      }.map { try shared($0, 1) }
      let visions = try (1...64).map { try shared(1, $0) - both }
      let nearest = texts.flatMap { text in visions.map { abs(text + $0 - wanted) } }.min()
      #expect(try abs(count(counterpart) - wanted) == nearest)
    }
  }

  private func branches(textDepth: Int, visionDepth: Int, length: Int = 3) -> BranchOptions {
    var options = BranchOptions()
    (options.textLength, options.visionLength) = (length, length)
    (options.textDepth, options.visionDepth) = (textDepth, visionDepth)
    options.initialization = .random
    return options
  }

  private func sapl(
    _ branches: BranchOptions, _ switches: Switches, unshared: Set<SAPL.Component> = SAPLTests.everything
  ) -> SAPL {
    var options = SAPL.Options()
    (options.branches, options.space, options.rows) = (branches, switches.space, switches.rows)
    options.unshared = unshared
    return SAPL(options: options)
  }

  private func context() throws -> PromptContext { try promptContext(fixture, backbone: backbone) }

  private func model(_ structure: any PromptStructure) throws -> PromptedCLIP {
    let context = try context()
    var stream = RandomStream(name: "sapl")
    return try PromptedCLIP(
      model: backbone.model, structure: structure, context: context,
      parameters: structure.initialParameterSet(context, from: &stream))
  }

  /// Parameters drawn with one seed, larger than at a real start so that they matter.
  private func parameters(_ structure: any PromptStructure, scale: Float = 1) throws -> [String: Tensor] {
    var stream = RandomStream(name: "sapl")
    let start = try structure.initialParameterSet(try context(), from: &stream)
    return Dictionary(uniqueKeysWithValues: start.names.map { ($0, start[$0]!.scaled(by: scale)) })
  }

  private func logits(_ structure: any PromptStructure, _ parameters: [String: Tensor]) throws -> Tensor {
    try model(structure)(.pixels(try fixture.tensor("image")), parameters: parameters.mapValues { Variable($0) })
      .logits.value
  }

  /// The gradient of each parameter under hard labels; without those that get none.
  private func gradients(_ structure: any PromptStructure, _ parameters: [String: Tensor]) throws -> [String: Tensor] {
    let variables = parameters.mapValues { Variable.parameter($0) }
    let prediction = try model(structure)(.pixels(try fixture.tensor("image")), parameters: variables)
    let gradients = HardLabel().loss(
      SupervisionInput(prediction: prediction, labels: try fixture.integers("label"))
    ).gradients()
    return variables.compactMapValues { gradients[$0] }
  }

  @Test("the default is what the quoted equations say, everything unshared")
  func defaults() {
    let options = SAPL.Options()
    #expect(options.space == .token && options.rows == .carried && options.unshared == Self.everything)
  }

  @Test("with nothing unshared it is IVLP at every depth: parameters, logits, gradients", arguments: switches)
  func nothingUnsharedIsIVLP(switches: Switches) throws {
    let layers = backbone.configuration.text.layers
    for depth in 1...layers {
      let branches = branches(textDepth: depth, visionDepth: layers + 1 - depth)
      let (ivlp, structure) = (IVLP(options: branches), sapl(branches, switches, unshared: []))
      let (own, theirs) = (try parameters(structure, scale: 20), try parameters(ivlp, scale: 20))
      #expect(own == Dictionary(uniqueKeysWithValues: theirs.map { ("\($0).token", $1) }), "depth \(depth)")
      expectClose(try logits(structure, own), try logits(ivlp, theirs), "depth \(depth)")
      let (found, expected) = (try gradients(structure, own), try gradients(ivlp, theirs))
      for name in theirs.keys {
        expectClose(
          try #require(found["\(name).token"]), try #require(expected[name]), "\(name) at depth \(depth)",
          relativeToLargest: 1e-3)
      }
    }
  }

  @Test("token and replaced, with equal tensors, is IVLP at every depth, whatever is unshared", arguments: subsets)
  func isIVLP(unshared: Set<SAPL.Component>) throws {
    let layers = backbone.configuration.text.layers
    for textDepth in 1...layers {
      for visionDepth in 1...layers {
        let branches = branches(textDepth: textDepth, visionDepth: visionDepth)
        let ivlp = IVLP(options: branches)
        let shared = try parameters(ivlp, scale: 20)
        let structure = sapl(branches, (.token, .replaced), unshared: unshared)
        var own: [String: Tensor] = [:]
        for name in try parameters(structure).keys {
          own[name] = shared[name.split(separator: ".").prefix(2).joined(separator: ".")]
        }
        expectClose(
          try logits(structure, own), try logits(ivlp, shared), "depths \(textDepth) and \(visionDepth)")
      }
    }
  }

  @Test(
    "replaced and what shares a token start as IVLP's function in both spaces, and carried at depth 1",
    arguments: switches, subsets)
  func startsAsIVLP(switches: Switches, unshared: Set<SAPL.Component>) throws {
    let layers = backbone.configuration.text.layers
    for depth in switches.rows == .carried && unshared == Self.everything ? 1...1 : 1...layers {
      let branches = branches(textDepth: depth, visionDepth: depth)
      let ivlp = IVLP(options: branches)
      let structure = sapl(branches, switches, unshared: unshared)
      expectClose(
        try logits(structure, try parameters(structure)), try logits(ivlp, try parameters(ivlp)), "depth \(depth)")
    }
  }

  @Test("carried is another function where a second layer is prompted")
  func carriedDiffers() throws {
    let branches = branches(textDepth: 2, visionDepth: 2)
    let carried = sapl(branches, (.token, .carried))
    let ivlp = IVLP(options: branches)
    let start = try logits(carried, try parameters(carried))
    #expect(start.elements != (try logits(ivlp, try parameters(ivlp))).elements)
    // How far from it is recorded.
    func recorded(_ structure: SAPL) throws -> Double? {
      try structure.startDiagnostics(
        try context(), images: .pixels(try fixture.tensor("image")), stream: RandomStream(name: "sapl")
      )["meanAbsoluteLogitDifferenceFromIVLP"]
    }
    let reference = try logits(ivlp, try parameters(ivlp))
    let differences = zip(start.elements, reference.elements).map { Double(abs($0 - $1)) }
    let mean = differences.reduce(0, +) / Double(differences.count)
    #expect(abs(try #require(try recorded(carried)) - mean) < 1e-4 * max(1, mean))
    // What shares a token starts there, and has nothing to record.
    #expect(try recorded(sapl(branches, (.token, .carried), unshared: [.key, .value])) == nil)
  }

  @Test("only tensors that matter exist, and each gets a gradient", arguments: switches, subsets)
  func everyTensorMatters(switches: Switches, unshared: Set<SAPL.Component>) throws {
    let layers = backbone.configuration.text.layers
    for depth in 1...layers {
      let structure = sapl(branches(textDepth: depth, visionDepth: depth), switches, unshared: unshared)
      let parameters = try parameters(structure, scale: 5)
      let gradients = try gradients(structure, parameters)
      for name in parameters.keys {
        let gradient = try #require(gradients[name], "\(name) at depth \(depth)")
        #expect(gradient.elements.contains { abs($0) > 1e-9 }, "\(name) at depth \(depth)")
      }
      let isRead = depth < layers
      let carried = switches.rows == .carried && unshared == Self.everything
      let keysAndValues = unshared.subtracting([.query]).count
      let queries = unshared.contains(.query) && isRead ? (carried ? depth : 1) : 0
      // Shared keys or values need one in every layer; else it is there for what is read above the prompted layers.
      let tokens = keysAndValues < 2 ? depth : isRead ? 1 : 0
      #expect(parameters.count == 2 * (queries + keysAndValues * depth + tokens), "depth \(depth)")
    }
  }

  @Test("says what is IVLP, where rows=carried does nothing, and where there are no queries")
  func notes() throws {
    func notes(_ depth: Int, _ rows: SAPL.Rows, _ unshared: Set<SAPL.Component>) throws -> [String] {
      let structure = sapl(branches(textDepth: depth, visionDepth: depth), (.token, rows), unshared: unshared)
      return try structure.notes(try model(structure).context)
    }
    let layers = backbone.configuration.text.layers
    #expect(try notes(layers - 1, .carried, Self.everything).isEmpty)
    #expect(try notes(layers - 1, .replaced, [.key, .value]).isEmpty)
    for rows in SAPL.Rows.allCases {
      let all = try notes(layers, rows, Self.everything)
      #expect(all.count == 2 && all.allSatisfy { $0.hasSuffix("keys and values only are learned there") })
      #expect(try notes(layers, rows, []) == ["sapl: nothing is unshared: this is IVLP"])
    }
    let shared = try notes(layers - 1, .carried, [.value])
    #expect(shared.count == 1 && shared[0].contains("what is shared (qk)") && shared[0].contains("rows=carried"))
    let queries = try notes(layers, .replaced, [.query])
    #expect(queries.count == 2 && queries.allSatisfy { $0.hasSuffix("no queries are learned there") })
  }

  @Test("every tensor's gradient agrees with differences", arguments: switches, subsets)
  func gradients(switches: Switches, unshared: Set<SAPL.Component>) throws {
    let structure = sapl(branches(textDepth: 2, visionDepth: 2, length: 2), switches, unshared: unshared)
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
      let step: Float = 0.005
      let difference = (try moved(step) - moved(-step)) / (2 * step)
      #expect(abs(difference - length) <= 0.03 * length + 2e-4, "\(name): \(difference) against \(length)")
    }
  }
}
