import Foundation

/// What of Python's pickle format has texts in dictionaries, read without running anything: a pickle is a small program, which
/// here can only make texts, numbers and containers. Everything else in it becomes a value that nobody asks for.
struct Pickle {
  /// A value; containers are found by their number, so that no nesting is too deep to be let go again.
  enum Value {
    case text(String)
    case container(Int)
    /// A class or function, by its name.
    case global(String)
    case other
  }

  struct Mistake: Error {
    let what: String
  }

  /// The value that was pickled.
  private(set) var top = Value.other
  /// Entries of dictionaries whose keys are texts; nil for lists, tuples and sets, whose elements nobody asks for.
  private var containers: [[String: Value]?] = []

  /// The entries of a dictionary whose keys are texts; nil for another value.
  func dictionary(_ value: Value) -> [String: Value]? {
    guard case .container(let number) = value else { return nil }
    return containers[number]
  }

  /// What `torch.save` saved: since 1.6 a zip archive with `data.pkl` in it, before that five pickles, of which the fourth is the
  /// value; or a plain pickle.
  static func saved(_ bytes: [UInt8]) throws -> Pickle {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      var reader = Reader(try ZipArchive.stored("data.pkl", in: bytes))
      return try reader.next()
    }
    var reader = Reader(bytes[...])
    // The pickle of the number 0x1950a86a20f9469cfc6c.
    let isTorch = bytes.starts(with: [
      0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ])
    for _ in 0..<(isTorch ? 3 : 0) { _ = try reader.next() }
    return try reader.next()
  }

  private struct Reader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var pickle = Pickle()
    private var stack: [Value] = []
    private var marks: [Int] = []
    private var memo: [Int: Value] = [:]

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      position = bytes.startIndex
    }

    /// Reads one pickle; another can follow it.
    mutating func next() throws -> Pickle {
      (pickle, stack, marks, memo) = (Pickle(), [], [], [:])
      while try step() {}
      pickle.top = try pop()
      return pickle
    }

    private mutating func step() throws -> Bool {
      let code = try take(1).first!
      switch Unicode.Scalar(code) {
      case ".": return false
      case "(": marks.append(stack.count)
      case "0": _ = try pop()
      case "1": _ = try popToMark()
      case "2": stack.append(try last())
      case "N", "\u{88}", "\u{89}": stack.append(.other)
      case "I", "L", "F":
        _ = try line()
        stack.append(.other)
      case "K": try skip(1)
      case "M": try skip(2)
      case "J": try skip(4)
      case "G": try skip(8)
      case "\u{8A}": try skip(try number(1))
      case "\u{8B}": try skip(try number(4))
      case "C", "U": try skip(try number(1))
      case "B", "T": try skip(try number(4))
      case "\u{8E}": try skip(try number(8))
      case "X": try text(try number(4))
      case "\u{8C}": try text(try number(1))
      case "\u{8D}": try text(try number(8))
      case "]", ")", "\u{8F}": append(nil)
      case "}": append([:])
      case "l", "t", "\u{91}":
        _ = try popToMark()
        append(nil)
      case "d":
        let values = try popToMark()
        append([:])
        try set(values)
      case "\u{85}", "\u{86}", "\u{87}":
        for _ in 0x85...code { _ = try pop() }
        append(nil)
      case "a": _ = try pop()
      case "e", "\u{90}": _ = try popToMark()
      case "s":
        let (value, key) = (try pop(), try pop())
        try set([key, value])
      case "u": try set(try popToMark())
      case "q": memo[try number(1)] = try last()
      case "r": memo[try number(4)] = try last()
      case "p": memo[try lineNumber()] = try last()
      case "\u{94}": memo[memo.count] = try last()
      case "h": try get(try number(1))
      case "j": try get(try number(4))
      case "g": try get(try lineNumber())
      case "c": stack.append(.global("\(try line()).\(try line())"))
      case "\u{93}":
        let (name, module) = (try pop(), try pop())
        if case (.text(let module), .text(let name)) = (module, name) {
          stack.append(.global("\(module).\(name)"))
        } else {
          stack.append(.other)
        }
      case "R", "\u{81}":
        _ = try pop()
        // A dictionary that keeps its order is one for us too.
        if case .global("collections.OrderedDict") = try pop() { append([:]) } else { stack.append(.other) }
      case "b": _ = try pop()
      case "Q":
        _ = try pop()
        stack.append(.other)
      case "\u{80}": _ = try take(1)
      case "\u{95}": _ = try take(8)
      default: throw Mistake(what: "there is no operation \(code) of pickle at byte \(position - 1 - bytes.startIndex)")
      }
      return true
    }

    // MARK: The stack

    private func last() throws -> Value {
      guard let last = stack.last, stack.count > marks.last ?? 0 else { throw Mistake(what: "a value is missing") }
      return last
    }

    private mutating func pop() throws -> Value {
      let value = try last()
      stack.removeLast()
      return value
    }

    private mutating func popToMark() throws -> [Value] {
      guard let mark = marks.popLast() else { throw Mistake(what: "a mark is missing") }
      defer { stack.removeSubrange(mark...) }
      return Array(stack[mark...])
    }

    private mutating func append(_ container: [String: Value]?) {
      stack.append(.container(pickle.containers.count))
      pickle.containers.append(container)
    }

    /// Puts keys and values in turn into the dictionary on top.
    private mutating func set(_ values: [Value]) throws {
      guard case .container(let number) = try last(), pickle.containers[number] != nil else { return }
      for place in stride(from: 0, to: values.count - 1, by: 2) {
        if case .text(let key) = values[place] { pickle.containers[number]![key] = values[place + 1] }
      }
    }

    private mutating func get(_ number: Int) throws {
      guard let value = memo[number] else { throw Mistake(what: "nothing is known by the number \(number)") }
      stack.append(value)
    }

    // MARK: The bytes

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard count <= bytes.endIndex - position else { throw Mistake(what: "it ends too early") }
      defer { position += count }
      return bytes[position..<position + count]
    }

    /// A value of so many bytes that nobody asks for.
    private mutating func skip(_ count: Int) throws {
      _ = try take(count)
      stack.append(.other)
    }

    private mutating func text(_ count: Int) throws {
      guard let text = String(validating: try take(count), as: UTF8.self) else {
        throw Mistake(what: "a text is not UTF-8")
      }
      stack.append(.text(text))
    }

    /// A number of so many bytes, the lowest first.
    private mutating func number(_ count: Int) throws -> Int {
      let number = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let number = Int(exactly: number) else { throw Mistake(what: "it ends too early") }
      return number
    }

    private mutating func line() throws -> String {
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
        throw Mistake(what: "it ends too early")
      }
      defer { position = end + 1 }
      return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func lineNumber() throws -> Int {
      guard let number = Int(try line()) else { throw Mistake(what: "a number is none") }
      return number
    }
  }
}
