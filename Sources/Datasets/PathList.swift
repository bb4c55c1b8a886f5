/// Many paths in one piece of memory: ten million strings of their own would take gigabytes.
struct PathList: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  mutating func append(_ path: String) {
    bytes.append(contentsOf: path.utf8)
    ends.append(bytes.count)
  }

  mutating func append(contentsOf other: PathList) {
    let start = bytes.count
    bytes += other.bytes
    ends += other.ends.map { start + $0 }
  }

  subscript(index: Int) -> String {
    String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
  }
}
