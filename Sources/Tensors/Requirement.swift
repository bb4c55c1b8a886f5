/// Stops where an operation meets what it cannot work on, with a line that says what.
///
/// `precondition` would do, but says nothing in a release build.
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}

/// Stops where an operation meets shapes that differ, with both of them.
func requireSameShape(
  _ left: [Int], _ right: [Int], _ operation: String, file: StaticString = #fileID, line: UInt = #line
) {
  require(left == right, "\(operation): the shapes \(left) and \(right) differ", file: file, line: line)
}
