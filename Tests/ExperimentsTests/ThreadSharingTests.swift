import Experiments
import Testing

struct ThreadSharingTests {
  @Test(arguments: [
    // As many as threads, and as long.
    ([10.0, 10], 0..<2), ([10, 10, 10, 10], 0..<4),
    // One is left over: it has all threads at the end.
    ([70, 70, 35], 0..<2), ([10, 10, 10], 0..<2),
    // Side by side the longest would end alone.
    ([100, 10, 10], 1..<3), ([130, 60], 2..<2), ([5], 1..<1), ([], 0..<0),
    // Nothing was measured.
    ([0, 0, 0], 0..<3),
  ])
  func smallJobsAreSharedOrSideBySide(_ seconds: [Double], _ expected: Range<Int>) {
    let found = ThreadSharing.sideBySide(seconds, threads: 2)
    #expect(found.count == expected.count && (found.isEmpty || found == expected), "\(found)")
  }

  @Test func manyJobsAreSideBySide() {
    let seconds = (1...40).map { Double(41 - $0) }
    #expect(ThreadSharing.sideBySide(seconds, threads: 2).count >= 38)
  }
}
