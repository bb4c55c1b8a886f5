/// Writes the pickle of a checkpoint, in protocol 2 as PyTorch does.
struct PickleWriter {
  private(set) var bytes: [UInt8] = [Opcode.proto.rawValue, 2]

  /// `{"state_dict": OrderedDict of the tensors, "epoch": 0}`, and the end.
  mutating func checkpoint(_ tensors: [PyTorchTensor]) {
    put(.emptyDictionary)
    put(.mark)
    string("state_dict")
    emptyDictionary()
    put(.mark)
    for (key, entry) in tensors.enumerated() {
      string(entry.name)
      tensor(entry, key: "\(key)")
    }
    put(.setItems)
    string("epoch")
    integer(0)
    put(.setItems)
    put(.stop)
  }

  private mutating func tensor(_ tensor: PyTorchTensor, key: String) {
    global("torch._utils", "_rebuild_tensor_v2")
    put(.mark)
    put(.mark)
    string("storage")
    global("torch", "FloatStorage")
    string(key)
    string("cpu")
    integer(tensor.floats.count)
    put(.tuple)
    put(.binaryPersistentID)
    integer(0)
    tuple(tensor.shape)
    tuple(Self.strides(tensor.shape))
    put(.newFalse)
    emptyDictionary()
    put(.tuple)
    put(.reduce)
  }

  /// Of row-major order.
  private static func strides(_ shape: [Int]) -> [Int] {
    shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
  }

  /// PyTorch's hooks and state dicts are ordered dictionaries.
  private mutating func emptyDictionary() {
    global("collections", "OrderedDict")
    put(.emptyTuple)
    put(.reduce)
  }

  private mutating func tuple(_ numbers: [Int]) {
    put(.mark)
    for number in numbers { integer(number) }
    put(.tuple)
  }

  private mutating func global(_ module: String, _ name: String) {
    put(.global)
    bytes += Array("\(module)\n\(name)\n".utf8)
  }

  private mutating func string(_ text: String) {
    put(.binaryUnicode)
    bytes += ZipForm.bytes(UInt32(text.utf8.count)) + Array(text.utf8)
  }

  private mutating func integer(_ number: Int) {
    if let small = Int32(exactly: number) {
      put(.binaryInteger)
      bytes += ZipForm.bytes(small)
    } else {
      put(.long1)
      bytes += [8] + ZipForm.bytes(Int64(number))
    }
  }

  private mutating func put(_ opcode: Opcode) { bytes.append(opcode.rawValue) }
}
