import Basics

/// Reads pickles of protocol 2 to 5 as far as PyTorch's files need it, and calls nothing: an opcode that would call something makes
/// a container, a tensor's view or an inert record, see ``PickleGlobal``, or is refused.
///
/// Every opcode costs a bounded amount of memory, of which there are at most ``mostValues``; nothing is allocated by a number in
/// the file; nothing recurs.
struct Unpickler {
  /// Far more than a checkpoint's: one of 500 tensors with its optimiser's state has 30,000.
  static let mostValues = 2_000_000
  /// The longest pickle that is read, in bytes.
  static let longest = 16 << 20

  private(set) var result = Pickle()
  private var cursor: ByteCursor
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var values = 0
  private var storageNumbers: [String: Int] = [:]

  /// - Parameter origin: The path, for messages.
  init(_ bytes: [UInt8], origin: String) {
    cursor = ByteCursor(bytes, origin: "\(origin), pickle")
    self.origin = origin
  }

  private let origin: String

  /// Where the next pickle begins, behind those that were read.
  var position: Int { cursor.position }

  /// Reads one pickle.
  ///
  /// - Throws: ``Failure`` if it is damaged, or asks for what is no weights.
  mutating func value() throws -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    guard try cursor.integer(UInt8.self) == Opcode.proto.rawValue else {
      throw Failure("\(origin): no PyTorch file: neither a zip archive nor a pickle of protocol 2 or later begins here")
    }
    let version = try cursor.integer(UInt8.self)
    guard 2...5 ~= version else { throw cursor.failure("protocol \(version); known are 2 to 5") }
    while true {
      let byte = try cursor.integer(UInt8.self)
      guard let opcode = Opcode(rawValue: byte) else {
        cursor.position -= 1
        throw cursor.failure("an operation (byte \(byte)) that no file of weights needs")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  // MARK: Operations

  private mutating func execute(_ opcode: Opcode) throws {
    switch opcode {
    case .proto: throw cursor.failure("a pickle within a pickle")
    case .stop: break
    case .frame: try cursor.skip(8)
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .duplicate: try push(try top())
    case .none: try push(.none)
    case .newTrue: try push(.boolean(true))
    case .newFalse: try push(.boolean(false))
    case .binaryInteger: try push(.integer(Int(try cursor.integer(Int32.self))))
    case .binaryInteger1: try push(.integer(Int(try cursor.integer(UInt8.self))))
    case .binaryInteger2: try push(.integer(Int(try cursor.integer(UInt16.self))))
    case .long1: try pushInteger(Int(try cursor.integer(UInt8.self)))
    case .long4: try pushInteger(Int(try cursor.integer(Int32.self)))
    case .binaryFloat: try push(.number(Double(bitPattern: UInt64(bigEndian: try cursor.integer(UInt64.self)))))
    case .shortBinaryString, .shortBinaryUnicode: try pushString(Int(try cursor.integer(UInt8.self)))
    case .binaryString: try pushString(Int(try cursor.integer(Int32.self)))
    case .binaryUnicode: try pushString(Int(try cursor.integer(UInt32.self)))
    case .binaryUnicode8: try pushString(try length())
    case .shortBinaryBytes: try pushBytes(Int(try cursor.integer(UInt8.self)))
    case .binaryBytes: try pushBytes(Int(try cursor.integer(UInt32.self)))
    case .binaryBytes8, .byteArray8: try pushBytes(try length())
    case .emptyTuple, .emptyList, .emptySet: try pushSequence([])
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .tuple, .list, .frozenSet: try pushSequence(try popToMark())
    case .emptyDictionary: try pushDictionary([])
    case .dictionary: try pushDictionary(try pairs(try popToMark()))
    case .append: try add([try pop()])
    case .appends, .addItems: try add(try popToMark())
    case .setItem: try setItems(try popLast(2))
    case .setItems: try setItems(try popToMark())
    case .binaryGet: try recall(Int(try cursor.integer(UInt8.self)))
    case .longBinaryGet: try recall(Int(try cursor.integer(UInt32.self)))
    case .binaryPut: try remember(Int(try cursor.integer(UInt8.self)))
    case .longBinaryPut: try remember(Int(try cursor.integer(UInt32.self)))
    case .memoize: try remember(memo.count)
    case .global: try pushGlobal(try text(try cursor.line()), try text(try cursor.line()))
    case .stackGlobal:
      let parts = try popLast(2)
      guard case .string(let module) = parts[0], case .string(let name) = parts[1] else {
        throw cursor.failure("a name that is no text")
      }
      try pushGlobal(module, name)
    case .reduce, .newObject: try make(try popLast(2))
    // The last are arguments by name, which no record keeps.
    case .newObjectWithNames: try make(Array(try popLast(3).prefix(2)))
    case .build: try build(try popLast(2))
    case .binaryPersistentID: try pushStorage(try pop())
    }
  }

  /// Makes what a call would have made.
  private mutating func make(_ call: [PickleValue]) throws {
    guard case .global(let index) = call[0], let arguments = result.elements(call[1]) else {
      throw cursor.failure("a call of something that has no name")
    }
    let global = result.globals[index]
    switch global.meaning {
    case .dictionary:
      guard let argument = arguments.first else { return try pushDictionary([]) }
      guard let list = result.elements(argument), arguments.count == 1 else { throw wrongArguments(global) }
      try pushDictionary(
        try list.map { pair in
          guard let parts = result.elements(pair), parts.count == 2 else { throw wrongArguments(global) }
          return (parts[0], parts[1])
        })
    case .tuple:
      guard arguments.count == 1, let numbers = result.elements(arguments[0]) else { throw wrongArguments(global) }
      try pushSequence(numbers)
    case .tensor: try pushTensor(arguments, global)
    case .parameter:
      guard let tensor = arguments.first, case .tensor = tensor else { throw wrongArguments(global) }
      try push(tensor)
    case .storage, nil: throw wrongArguments(global)
    case .record:
      result.records.append(PickleRecord(type: global))
      try push(.record(result.records.count - 1))
    }
  }

  private mutating func pushTensor(_ arguments: [PickleValue], _ global: PickleGlobal) throws {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = result.naturalNumbers(arguments[2]), let strides = result.naturalNumbers(arguments[3])
    else { throw wrongArguments(global) }
    do {
      result.tensors.append(
        try PickledTensor(storage: result.storages[storage], offset: offset, shape: shape, strides: strides))
    } catch let failure as Failure {
      throw cursor.failure(failure.description)
    }
    try push(.tensor(result.tensors.count - 1))
  }

  /// A storage is named by a tuple: the word "storage", its type, its key, where it was, and how many elements it has; in the older
  /// form also the view of it, if it is one.
  private mutating func pushStorage(_ identifier: PickleValue) throws {
    guard let parts = result.elements(identifier), parts.count >= 5, parts[0] == .string("storage"),
      case .global(let type) = parts[1], case .storage(let dtype) = result.globals[type].meaning,
      case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw cursor.failure("a reference that names no storage") }
    guard parts.count == 5 || parts[5] == .none else { throw cursor.failure("a view of a storage, which is not read") }
    let storage = PickledStorage(key: key, dtype: dtype, count: count)
    if let known = storageNumbers[key], result.storages[known] == storage { return try push(.storage(known)) }
    storageNumbers[key] = result.storages.count
    result.storages.append(storage)
    try push(.storage(result.storages.count - 1))
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws {
    let global = PickleGlobal(module: module, name: name)
    guard global.meaning != nil else {
      throw Failure(
        "\(origin): the pickle asks for \(Spelling.quoted(global.description)), which weights do not need and which could run any "
          + "code; RPP reads tensors and plain containers only")
    }
    result.globals.append(global)
    try push(.global(result.globals.count - 1))
  }

  /// Gives an object its state; what tensors and containers get besides (hooks, the versions of modules) is not kept.
  private mutating func build(_ parts: [PickleValue]) throws {
    switch parts[0] {
    case .record(let index): result.records[index].state = parts[1]
    case .dictionary, .tensor: break
    default: throw cursor.failure("a state of something that has none")
    }
    try push(parts[0])
  }

  private mutating func setItems(_ items: [PickleValue]) throws {
    let pairs = try pairs(items)
    switch try top() {
    case .dictionary(let index): result.dictionaries[index] += pairs
    case .record: break
    default: throw cursor.failure("entries of something that is no dictionary")
    }
  }

  private mutating func add(_ items: [PickleValue]) throws {
    switch try top() {
    case .sequence(let index): result.sequences[index] += items
    case .record: break
    default: throw cursor.failure("elements of something that is no list")
    }
  }

  private func pairs(_ items: [PickleValue]) throws -> [(key: PickleValue, value: PickleValue)] {
    guard items.count % 2 == 0 else { throw cursor.failure("a key without a value") }
    return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
  }

  // MARK: Stack and memo

  private mutating func push(_ value: PickleValue) throws {
    values += 1
    guard values <= Self.mostValues else {
      throw Failure("\(origin): the pickle holds more than \(Self.mostValues) values")
    }
    stack.append(value)
  }

  private mutating func pushSequence(_ elements: [PickleValue]) throws {
    result.sequences.append(elements)
    try push(.sequence(result.sequences.count - 1))
  }

  private mutating func pushTuple(_ count: Int) throws { try pushSequence(try popLast(count)) }

  private mutating func pushDictionary(_ entries: [(key: PickleValue, value: PickleValue)]) throws {
    result.dictionaries.append(entries)
    try push(.dictionary(result.dictionaries.count - 1))
  }

  private mutating func pushInteger(_ count: Int) throws {
    let bytes = Array(try cursor.take(count))
    // In two's complement, from the lowest byte.
    guard bytes.count <= 8 else {
      guard bytes.count <= 64 else { throw cursor.failure("an integer of \(bytes.count) bytes") }
      return try push(.largeInteger(bytes))
    }
    let sign: UInt8 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : 0xFF
    let pattern = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1 < bytes.count ? bytes[$1] : sign) }
    try push(.integer(Int(Int64(bitPattern: pattern))))
  }

  private mutating func pushString(_ count: Int) throws { try push(.string(try text(try cursor.take(count)))) }

  private mutating func pushBytes(_ count: Int) throws {
    try cursor.skip(count)
    try push(.bytes)
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw cursor.failure("a text that is not UTF-8") }
    return text
  }

  private mutating func length() throws -> Int {
    guard let length = Int(exactly: try cursor.integer(UInt64.self)) else {
      throw cursor.failure("a length beyond all")
    }
    return length
  }

  /// What a mark has below it belongs to others.
  private var floor: Int { marks.last ?? 0 }

  private func top() throws -> PickleValue {
    guard stack.count > floor, let value = stack.last else { throw cursor.failure("a value is missing") }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popLast(_ count: Int) throws -> [PickleValue] {
    guard stack.count - floor >= count else { throw cursor.failure("a value is missing") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw cursor.failure("a mark is missing") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func remember(_ index: Int) throws {
    // A new place costs memory as a value does.
    values += 1
    guard values <= Self.mostValues else {
      throw Failure("\(origin): the pickle holds more than \(Self.mostValues) values")
    }
    memo[index] = try top()
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw cursor.failure("nothing was remembered under \(index)") }
    try push(value)
  }

  private func wrongArguments(_ global: PickleGlobal) -> Failure {
    cursor.failure("\(Spelling.quoted(global.description)) with arguments that it does not take")
  }
}
