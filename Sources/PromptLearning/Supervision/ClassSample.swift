import Basics
import Foundation
import Tensors

/// The classes that one step sees where there are too many for all: those of its images, and others drawn uniformly from the rest
/// (local contrast; Ren et al., Prompt Pre-Training with Twenty-Thousand Classes, NeurIPS 2023, POMP).
public struct ClassSample: Equatable, Sendable {
  /// The labels of the classes: the U distinct ones of the images, ascending, then the K others, ascending.
  public let classes: [Int]
  /// What is added to the logits of each class after their division by the temperature, `[classes]`: 0 for the classes of the
  /// images, ln((C − U)/K) for the others. Then Σ exp over the sample is an unbiased estimate of Σ exp over all C classes.
  ///
  /// POMP's published code adds one number, with a logarithm of base 10, to all negatives.
  public let correction: Tensor
  private let places: [Int: Int]

  /// A sample for the images of the given labels.
  ///
  /// - Parameters:
  ///   - others: K, how many other classes are drawn; all of them if there are no more.
  ///   - classCount: C.
  ///   - stream: Where random numbers come from.
  public init(labels: [Int], others: Int, of classCount: Int, from stream: inout RandomStream) {
    let own = Set(labels)
    let rest = classCount - own.count
    let drawn = min(others, rest)
    classes = own.sorted() + Self.draw(drawn, of: classCount, besides: own, from: &stream)
    let other = drawn == rest ? 0 : Float(log(Double(rest) / Double(drawn)))
    correction = Tensor(
      shape: [classes.count],
      Array(repeating: 0, count: own.count) + Array(repeating: other, count: drawn))
    places = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
  }

  /// Where the classes of labels stand in the sample.
  public func places(of labels: [Int]) -> [Int] { labels.map { places[$0]! } }

  /// `count` distinct classes, each as likely, ascending.
  private static func draw(
    _ count: Int, of classCount: Int, besides own: Set<Int>, from stream: inout RandomStream
  ) -> [Int] {
    let rest = classCount - own.count
    // Floyd's algorithm (Bentley and Floyd 1987): as many numbers as are wanted, however many classes there are.
    var chosen: Set<Int> = []
    for last in rest - count..<rest {
      let place = stream.below(last + 1)
      chosen.insert(chosen.contains(place) ? last : place)
    }
    // The place among the other classes, as a label.
    let sorted = own.sorted()
    var passed = 0
    return chosen.sorted().map { place in
      while passed < sorted.count, sorted[passed] <= place + passed { passed += 1 }
      return place + passed
    }
  }
}
