import Basics
import Foundation

/// The target of this process, which `FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    fatalError("FUZZ_TARGET is \(name.debugDescription), it must be one of \(FuzzTarget.allCases.map(\.rawValue))")
  }
  return target
}()

/// What libFuzzer calls with every input.
///
/// A target returns or throws a ``Failure``, whose text a user reads as one line. Everything else is a finding: a trap,
/// another error, a text of several lines, and what libFuzzer itself sees (time, memory, and what the address sanitizer
/// reports).
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch let failure as Failure {
    // Mistakes in a command are listed together, one on a line.
    if failure.kind == .failure, failure.description.contains(where: \.isNewline) {
      fatalError("more than one line: \(failure)")
    }
  } catch {
    fatalError("an error that is no Failure: \(error)")
  }
  return 0
}
