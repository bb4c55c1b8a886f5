import CLIPModel
import Foundation
import Tensors

/// How an embedded backbone is trained: sizes, steps, rates. Whoever uses the same recipe and seed gets the same model.
public struct BackboneRecipe: Codable, Equatable, Sendable {
  /// Sizes of the text transformer; the vocabulary is learned from the captions.
  public var text: CLIPConfiguration.Tower
  /// Sizes of the vision transformer.
  public var vision: CLIPConfiguration.Tower
  /// Dimension of the space of both.
  public var embedDimension: Int
  /// Rows of the longest text.
  public var contextLength = 48
  /// Side of a patch in pixels.
  public var patchSize: Int
  /// Optimiser steps.
  public var steps: Int
  /// Images with captions in a step, each new.
  public var batchSize: Int
  /// Learning rate at the end of the warm-up.
  public var peakRate: Float
  /// Steps over which the rate rises from 0 to its peak, before it falls to 0 by a half cosine.
  public var warmupSteps = 200
  /// Decoupled weight decay, on matrices only.
  public var weightDecay: Float = 0.1
  /// The largest length of a step's gradient.
  public var clipping: Float = 1
  /// The share of the steps over which the weight of the auxiliary attribute classifier falls from 1 to 0.
  public var auxiliaryShare = 0.6
  /// The seed of weights, images and captions.
  public var seed: UInt64 = 1

  /// The small backbone that prompts are learned on.
  public static let student = BackboneRecipe(
    text: .init(width: 128, layers: 3, heads: 4), vision: .init(width: 128, layers: 4, heads: 4), embedDimension: 64,
    patchSize: 8, steps: 4500, batchSize: 128, peakRate: 2e-3)
  /// The stronger one that gives soft labels.
  public static let teacher = BackboneRecipe(
    text: .init(width: 128, layers: 3, heads: 4), vision: .init(width: 160, layers: 5, heads: 5), embedDimension: 96,
    patchSize: 8, steps: 9000, batchSize: 128, peakRate: 1.5e-3)

  /// The recipe of a name.
  public static let presets = ["student": student, "teacher": teacher]

  /// The learning rate of a step, the first of which is 0.
  public func rate(step: Int) -> Float {
    if step < warmupSteps { return peakRate * Float(step + 1) / Float(warmupSteps) }
    let progress = Double(step - warmupSteps) / Double(max(steps - warmupSteps, 1))
    return peakRate * Float(0.5 * (1 + cos(.pi * progress)))
  }

  /// The weight of the auxiliary classifier in the loss of a step.
  func auxiliaryWeight(step: Int) -> Float { Float(max(0, 1 - Double(step) / (auxiliaryShare * Double(steps)))) }
}
