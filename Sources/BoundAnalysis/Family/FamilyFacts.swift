import Foundation

/// What is known of a family's losses before any sample is drawn.
public struct FamilyFacts: Codable, Equatable, Sendable {
  /// ln C, the loss of a predictor that gives all C classes the same probability: a bound above it says nothing.
  public let uniformLoss: Double
  /// A bound on every loss that needs no data: 2 exp(logit scale) + ln C for a CLIP; nil if there is none.
  public let lossCap: Double?
  /// τ of the distillation term; the certificate by Pinsker's inequality needs 1.
  public let temperature: Double
  /// How many samples the training sets are drawn from without replacement; nil if they are drawn afresh without limit.
  public let population: Int?
  /// Whether every class has the same share of a training set, where the theorem has independent samples.
  public let hasEqualShares: Bool

  /// 1 − 1 / C, the 0–1 error of guessing.
  public var uniformError: Double { 1 - exp(-uniformLoss) }

  /// The given facts.
  public init(
    uniformLoss: Double, lossCap: Double?, temperature: Double = 1, population: Int? = nil, hasEqualShares: Bool = false
  ) {
    self.uniformLoss = uniformLoss
    self.lossCap = lossCap
    self.temperature = temperature
    self.population = population
    self.hasEqualShares = hasEqualShares
  }
}
