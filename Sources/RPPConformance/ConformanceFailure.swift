/// What a plugin must satisfy, by the name under which a violation is reported.
public enum ConformanceRequirement: String, CaseIterable, Sendable {
  /// The plugin's name is in lower case, its words joined by hyphens.
  case name
  /// The summary is one line that says something.
  case summary
  /// The specification that records keep, read back, names a plugin that does the same.
  case specification
  /// Parameters, prompts and predictions fit the backbone, whatever its sizes are.
  case shapes
  /// On a backbone with too few layers a structure either fits or throws a usage failure.
  case depth
  /// Notes can be had on every backbone that the structure fits.
  case notes
  /// Prompts that depend on the image are of scope `perImage`, and only these.
  case image
  /// The same seed gives the same parameters, another seed other ones.
  case seed
  /// The file of a learned prompt holds all that was learned.
  case file
  /// Gradients agree with differences.
  case gradients
  /// Classes (or, for a loss, classes and their labels) in another order give the same numbers in that order.
  case classOrder = "class-order"
  /// What is said of an image does not depend on the rest of the batch; a loss not on the batch's order.
  case batch
  /// A loss is one finite number.
  case loss
  /// A supervision listens only to the frozen models that it declares.
  case frozenModels = "frozen-models"
}

/// One requirement that a plugin does not satisfy.
public struct ConformanceViolation: Equatable, Sendable, CustomStringConvertible {
  /// What is required.
  public let requirement: ConformanceRequirement
  /// What was found instead.
  public let explanation: String

  /// The requirement's name and what was found.
  public var description: String { "\(requirement.rawValue): \(explanation)" }
}

/// Everything that a plugin does not satisfy.
public struct ConformanceFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The plugin's name.
  public let plugin: String
  /// At least one.
  public let violations: [ConformanceViolation]

  /// One line for each violation.
  public var description: String {
    (["\(plugin) does not conform:"] + violations.map { "- \($0)" }).joined(separator: "\n")
  }
}

/// Violations as they are found.
struct Findings {
  private(set) var violations: [ConformanceViolation] = []

  mutating func add(_ requirement: ConformanceRequirement, _ explanation: String) {
    violations.append(ConformanceViolation(requirement: requirement, explanation: explanation))
  }

  /// Adds what `body` finds, or the error that it throws.
  mutating func check(_ requirement: ConformanceRequirement, _ body: () throws -> [String]) {
    do {
      for explanation in try body() { add(requirement, explanation) }
    } catch {
      add(requirement, "an error was thrown: \(error)")
    }
  }

  func throwIfAny(of plugin: String) throws {
    guard violations.isEmpty else { throw ConformanceFailure(plugin: plugin, violations: violations) }
  }
}
