/// Stops the program where code is called in a way that it cannot work, with a line that says what is wrong.
///
/// For mistakes of a programmer; those of a user are a ``Failure``. `precondition` would do, but says nothing in a release
/// build.
public func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
