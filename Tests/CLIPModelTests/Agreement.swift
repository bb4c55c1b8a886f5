import Tensors

/// Whether shapes are the same and every element is within 1e-4 · max(1, |expected|).
func agrees(_ found: Tensor, _ expected: Tensor) -> Bool {
  found.shape == expected.shape
    && zip(found.elements, expected.elements).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) }
}
