import Experiments

/// One of those that are compared, with the parts that its name consists of.
package struct Method: Comparable, Hashable, Sendable {
  let name: String
  let kind: TestedCell.Kind
  let structure: String
  let supervision: String
  let start: String

  package init(_ cell: TestedCell) {
    name = cell.method
    kind = cell.kind
    structure = cell.structure
    supervision = cell.supervision
    start = cell.start
  }

  /// A structure that is learned, where nothing else tells methods apart.
  package init(structure: String) {
    name = structure
    kind = .learned
    self.structure = structure
    supervision = ""
    start = "usual"
  }

  /// What was learned comes first, references last.
  package static func < (left: Method, right: Method) -> Bool {
    if left.kind != right.kind { return left.place < right.place }
    if left.supervision != right.supervision { return left.supervision < right.supervision }
    if left.structure != right.structure { return left.structure < right.structure }
    if (left.start == "usual") != (right.start == "usual") { return left.start == "usual" }
    return (left.start, left.name) < (right.start, right.name)
  }

  private var place: Int {
    switch kind {
    case .learned: 0
    case .baseline: 1
    case .reference: 2
    }
  }
}
