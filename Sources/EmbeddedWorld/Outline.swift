/// The shapes as signed distances (negative inside), in coordinates where each fits into a circle of radius 1 about the
/// origin, y down. The formulas are the usual ones for polygons and circles; unions and differences of shapes give a
/// bound of the distance that is exact at the edge, which is what anti-aliasing and outlines need.
struct Outline: Sendable {
  /// A side of a polygon.
  private struct Edge {
    let start: SIMD2<Float>
    let vector: SIMD2<Float>
    let inverseSquaredLength: Float
  }

  private let shape: Shape
  private let edges: [Edge]

  /// The outline of a shape.
  static func of(_ shape: Shape) -> Outline { all[shape.rawValue] }

  private static let all = Shape.allCases.map(Outline.init)

  private init(_ shape: Shape) {
    self.shape = shape
    let corners = Self.corners(of: shape)
    edges = corners.indices.map { index in
      let vector = corners[(index + 1) % corners.count] - corners[index]
      return Edge(start: corners[index], vector: vector, inverseSquaredLength: 1 / (vector * vector).sum())
    }
  }

  /// The signed distance of a point.
  func distance(_ point: SIMD2<Float>) -> Float {
    switch shape {
    case .circle:
      return Self.disc(point, center: SIMD2(0, 0), radius: 0.88)
    case .ring:
      return abs(Self.disc(point, center: SIMD2(0, 0), radius: 0.70)) - 0.22
    case .crescent:
      return max(
        Self.disc(point, center: SIMD2(0, 0), radius: 0.98), -Self.disc(point, center: SIMD2(0.46, 0), radius: 0.80))
    case .heart:
      let mirrored = SIMD2(abs(point.x), point.y)
      return min(polygon(point), Self.disc(mirrored, center: SIMD2(0.42, -0.32), radius: 0.48))
    default:
      return polygon(point)
    }
  }

  private static func disc(_ point: SIMD2<Float>, center: SIMD2<Float>, radius: Float) -> Float {
    let offset = point - center
    return (offset * offset).sum().squareRoot() - radius
  }

  /// Distance to the nearest side; the sign by counting the sides that a ray from the point crosses.
  private func polygon(_ point: SIMD2<Float>) -> Float {
    var squared = Float.infinity
    var inside = false
    edges.withUnsafeBufferPointer { edges in
      for edge in edges {
        let offset = point - edge.start
        let along = min(max((offset * edge.vector).sum() * edge.inverseSquaredLength, 0), 1)
        let nearest = offset - edge.vector * along
        squared = min(squared, (nearest * nearest).sum())
        let end = edge.start.y + edge.vector.y
        if (edge.start.y > point.y) != (end > point.y) {
          let side = offset.x * edge.vector.y - offset.y * edge.vector.x
          if (side < 0) == (edge.vector.y > 0) { inside.toggle() }
        }
      }
    }
    return inside ? -squared.squareRoot() : squared.squareRoot()
  }

  /// The corners of the shapes that have some. Proportions keep look-alikes apart at any rotation within ±0.6 rad: the
  /// diamond is narrow, the hexagon wide.
  private static func corners(of shape: Shape) -> [SIMD2<Float>] {
    switch shape {
    case .circle, .ring, .crescent:
      []
    case .triangle:
      [SIMD2(0, -0.95), SIMD2(0.92, 0.70), SIMD2(-0.92, 0.70)]
    case .square:
      [SIMD2(-0.74, -0.74), SIMD2(0.74, -0.74), SIMD2(0.74, 0.74), SIMD2(-0.74, 0.74)]
    case .diamond:
      [SIMD2(0, -1), SIMD2(0.58, 0), SIMD2(0, 1), SIMD2(-0.58, 0)]
    case .pentagon:
      [
        SIMD2(0, -1), SIMD2(0.951, -0.309), SIMD2(0.588, 0.809), SIMD2(-0.588, 0.809), SIMD2(-0.951, -0.309),
      ]
    case .hexagon:
      [
        SIMD2(-1, 0), SIMD2(-0.5, -0.60), SIMD2(0.5, -0.60), SIMD2(1, 0), SIMD2(0.5, 0.60), SIMD2(-0.5, 0.60),
      ]
    case .star:
      [
        SIMD2(0, -1), SIMD2(0.235, -0.324), SIMD2(0.951, -0.309), SIMD2(0.380, 0.124), SIMD2(0.588, 0.809),
        SIMD2(0, 0.4), SIMD2(-0.588, 0.809), SIMD2(-0.380, 0.124), SIMD2(-0.951, -0.309), SIMD2(-0.235, -0.324),
      ]
    case .cross:
      [
        SIMD2(-0.28, -0.96), SIMD2(0.28, -0.96), SIMD2(0.28, -0.28), SIMD2(0.96, -0.28), SIMD2(0.96, 0.28),
        SIMD2(0.28, 0.28), SIMD2(0.28, 0.96), SIMD2(-0.28, 0.96), SIMD2(-0.28, 0.28), SIMD2(-0.96, 0.28),
        SIMD2(-0.96, -0.28), SIMD2(-0.28, -0.28),
      ]
    case .arrow:
      [
        SIMD2(1, 0), SIMD2(0.22, 0.74), SIMD2(0.22, 0.26), SIMD2(-0.96, 0.26), SIMD2(-0.96, -0.26),
        SIMD2(0.22, -0.26), SIMD2(0.22, -0.74),
      ]
    case .heart:
      // The part below the two discs; its upper sides run inside them, its lower ones are their tangents.
      [
        SIMD2(0, 0.92), SIMD2(0.7865, -0.0101), SIMD2(0.42, -0.32), SIMD2(0, -0.5), SIMD2(-0.42, -0.32),
        SIMD2(-0.7865, -0.0101),
      ]
    }
  }
}
