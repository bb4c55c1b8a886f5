import SafeTensors

/// What a pickle calls by module and name. Nothing is ever called: a few of these are known to make containers and tensors, and
/// what they make is built here; others stand for themselves; all else is refused.
struct PickleGlobal: Equatable {
  /// What is made where a pickle would have it called.
  enum Meaning: Equatable {
    /// A dictionary, of pairs or empty.
    case dictionary
    /// A tuple of the given one.
    case tuple
    /// A tensor of a storage, an offset, a shape and strides.
    case tensor
    /// The tensor that a parameter wraps.
    case parameter
    /// The type of a storage's elements.
    case storage(DType)
    /// An object that keeps its state and does nothing.
    case record
  }

  let module: String
  let name: String

  /// `collections.OrderedDict` and the like.
  var description: String { "\(module).\(name)" }

  /// Whether it is a type of TorchScript, whose objects hold weights.
  var isScriptType: Bool { module == "__torch__" || module.hasPrefix("__torch__.") }

  /// What it stands for; nil for what checkpoints of weights do not need.
  var meaning: Meaning? {
    switch (module, name) {
    case ("collections", "OrderedDict"): .dictionary
    case ("torch", "Size"): .tuple
    case ("torch._utils", "_rebuild_tensor_v2"): .tensor
    case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"): .parameter
    // The training's state beside the weights: counters, devices, types, NumPy's numbers and arrays.
    case ("collections", "defaultdict"), ("collections", "Counter"), ("torch", "device"), ("_codecs", "encode"),
      ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy.core.multiarray", "scalar"),
      ("numpy._core.multiarray", "scalar"), ("numpy.core.multiarray", "_reconstruct"),
      ("numpy._core.multiarray", "_reconstruct"),
      ("torch.serialization", "_get_layout"):
      .record
    case ("torch", _) where name.hasSuffix("Storage"): Self.storages[name].map(Meaning.storage)
    case ("torch", _): Self.elementTypes.contains(name) ? .record : nil
    case ("builtins", _), ("__builtin__", _): Self.builtins.contains(name) ? .record : nil
    case _ where isScriptType || Self.inertModules.contains { module == $0 || module.hasPrefix("\($0).") }: .record
    default: nil
    }
  }

  /// Modules whose objects real checkpoints hold beside the weights.
  private static let inertModules = ["torch.optim", "torch.jit", "dassl"]

  private static let builtins: Set = [
    "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long", "object", "set",
    "slice", "str", "tuple",
  ]

  private static let elementTypes: Set = [
    "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
  ]

  private static let storages: [String: DType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]
}
