import Basics
import CLIPModel
import Tensors

/// A weighted sum of terms, `Σ weight · term`.
///
/// ```swift
/// var supervision = HardLabel() + 2 * SoftLabelKD()
/// supervision["soft-label-kd"] = 0.5  // λ is a number that can be swept
/// ```
public struct Supervision: Sendable {
  /// A term with its factor in the sum.
  public struct WeightedTerm: Sendable {
    /// The factor.
    public var weight: Double
    /// What is computed of a batch.
    public let term: any SupervisionTerm

    /// A term with a factor.
    public init(_ term: any SupervisionTerm, weight: Double = 1) {
      self.term = term
      self.weight = weight
    }
  }

  /// The loss of a batch.
  public struct Loss {
    /// Σ weight · term, a scalar.
    public let sum: Variable
    /// The value of each term before its weight, by ``Supervision/names``.
    public let terms: [String: Double]
  }

  /// What a weight can be.
  public static let weightRange = 0...1e6

  /// The terms.
  public var terms: [WeightedTerm]

  /// The sum of the given terms, at least one.
  public init(_ terms: [WeightedTerm]) {
    require(!terms.isEmpty, "a supervision needs at least one term")
    self.terms = terms
  }

  /// The sum of a single term.
  public init(_ term: any SupervisionTerm) { self.init([WeightedTerm(term)]) }

  /// What the terms are called in metrics: their plugins' names, those that occur again with a number behind.
  public var names: [String] {
    var seen: [String: Int] = [:]
    return terms.map { term in
      let name = type(of: term.term).name
      seen[name, default: 0] += 1
      return seen[name]! > 1 ? "\(name)-\(seen[name]!)" : name
    }
  }

  /// The weight of the term of a name; nil, and without effect, where there is none.
  public subscript(_ name: String) -> Double? {
    get { names.firstIndex(of: name).map { terms[$0].weight } }
    set {
      if let index = names.firstIndex(of: name), let newValue { terms[index].weight = newValue }
    }
  }

  /// The loss of a batch.
  ///
  /// - Throws: what a term throws; ``Failure`` naming the term whose loss is not a scalar.
  public func callAsFunction(_ input: SupervisionInput) throws -> Loss {
    var sum: Variable?
    var values: [String: Double] = [:]
    for (name, weighted) in zip(names, terms) {
      let value = try weighted.term.loss(input)
      guard value.value.count == 1 else {
        throw Failure("\(name): its loss has the shape \(value.value.shape), and a loss is one number")
      }
      values[name] = Double(value.value.scalar)
      let part = weighted.weight == 1 ? value : value * Float(weighted.weight)
      sum = sum.map { $0 + part } ?? part
    }
    return Loss(sum: sum!, terms: values)
  }

  /// The frozen models that any term listens to.
  public var frozenModels: Set<FrozenModelRequest> { Set(terms.flatMap(\.term.frozenModels)) }

  /// Whether there is a backbone of each teacher's name. None is loaded.
  ///
  /// - Throws: a usage ``Failure`` naming the term and the nearest backbone.
  public func requireTeachers() throws {
    for term in terms.map(\.term) {
      for name in term.frozenModels.compactMap(\.backbone) where !Backbone.isThere(name) {
        throw Failure.usage("the teacher of \(type(of: term).name): \(Backbone.unknown(name))")
      }
    }
  }

  /// All terms with their weights and all of their options, joined by `+`.
  public var text: String {
    terms.map { weighted in
      let specification = weighted.term.specification
      return PluginSpecification(
        name: specification.name, options: [(Self.weightOption, "\(weighted.weight)")] + specification.options
      ).text
    }.joined(separator: "+")
  }

  /// What a term's weight is called in text, beside the term's own options.
  static let weightOption = "weight"
}

extension SupervisionTerm {
  /// The term with a factor.
  public static func * (weight: Double, term: Self) -> Supervision {
    Supervision([.init(term, weight: weight)])
  }

  /// The sum of two terms.
  public static func + (left: Self, right: some SupervisionTerm) -> Supervision {
    Supervision([.init(left), .init(right)])
  }

  /// A term and a weighted sum.
  public static func + (left: Self, right: Supervision) -> Supervision {
    Supervision([.init(left)] + right.terms)
  }
}

extension Supervision {
  /// All terms of both.
  public static func + (left: Supervision, right: Supervision) -> Supervision { Supervision(left.terms + right.terms) }

  /// One more term.
  public static func + (left: Supervision, right: some SupervisionTerm) -> Supervision {
    Supervision(left.terms + [.init(right)])
  }
}
