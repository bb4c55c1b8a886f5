import Basics

/// Stops where an operation meets shapes that differ, with both of them.
func requireSameShape(
  _ left: [Int], _ right: [Int], _ operation: String, file: StaticString = #fileID, line: UInt = #line
) {
  require(left == right, "\(operation): the shapes \(left) and \(right) differ", file: file, line: line)
}
