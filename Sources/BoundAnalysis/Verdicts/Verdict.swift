/// A sentence that follows from the numbers by a rule, with the numbers.
public struct Verdict: Codable, Equatable, Sendable {
  /// What it says, in the order in which a report has them.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// The experiment decides against what the theorem, or its usual reading, says.
    case contradiction
    /// A condition of the theorem's argument is not met, so that the argument says nothing here.
    case conditionNotMet
    /// The experiment decides for what the theorem says.
    case agreement
    /// The interval, or the test, does not decide.
    case undecided
    /// What one must know to read the rest.
    case remark
  }

  /// What it is about.
  public enum Question: String, CaseIterable, Codable, Sendable {
    /// Does the bound with the Rademacher estimate hold in a share 1 − δ of the draws?
    case coverage
    /// Does it with a B that other draws fixed?
    case crossFittedCoverage
    /// Does a PAC-Bayes bound?
    case pacBayesCoverage
    /// Does B fall as λ grows?
    case decrease
    /// Is its limit at most 0?
    case limit
    /// Can the student represent the teacher, on the sample and on the population?
    case representability
    /// Does Θ* lie where the argument needs it?
    case localisation
    /// Is Θ* settled, and what does the budget do?
    case budget
    /// Does X* rise with λ, and how much rests on X* being the maximum over the sample?
    case lossLimit
    /// Does the mean gap lie below the Rademacher estimate, as it must below B?
    case band
    /// Where does the bound say nothing?
    case vacuity
    /// Is the certificate of use?
    case certificate
    /// Which λ is best, and what does choosing it by the bound cost?
    case choice
    /// What does a PAC-Bayes bound say?
    case pacBayes
    /// How does the gap fall with N?
    case size
    /// Are the training sets independent?
    case independence
  }

  /// What it says.
  public let kind: Kind
  /// What it is about.
  public let question: Question
  /// N; nil if it is about all sizes.
  public let size: Int?
  /// The sentence, to be understood without the others.
  public let text: String
  /// The numbers that it follows from, by name; without those that are infinite.
  public let numbers: [String: Double]

  init(_ kind: Kind, _ question: Question, size: Int? = nil, _ text: String, _ numbers: [String: Double] = [:]) {
    self.kind = kind
    self.question = question
    self.size = size
    self.text = text
    // JSON has no infinity, which a λ can be.
    self.numbers = numbers.filter { $0.value.isFinite }
  }
}
