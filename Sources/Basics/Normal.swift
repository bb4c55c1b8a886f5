import Foundation

extension RandomStream {
  /// A draw from the standard normal distribution.
  ///
  /// Box–Muller; one of the pair is dropped, so that the state is the stream's alone.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// `count` draws from the normal distribution with mean 0 and the given standard deviation.
  public mutating func normals(_ count: Int, deviation: Double) -> [Float] {
    (0..<count).map { _ in Float(normal() * deviation) }
  }
}
