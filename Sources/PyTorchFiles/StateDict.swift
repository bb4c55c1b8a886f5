import Basics

/// The named tensors of what a file holds.
struct StateDict {
  private(set) var tensors: [String: PickledTensor] = [:]

  /// The most names, and the longest: a tree of modules that share each other could stand for any number.
  private static let mostNames = 100_000
  private static let longestName = 1_000

  private let pickle: Pickle
  private let origin: String

  /// - Parameter root: A dictionary of tensors, one that holds such a dictionary as `state_dict`, or a module of TorchScript.
  init(of root: PickleValue, in pickle: Pickle, origin: String) throws {
    (self.pickle, self.origin) = (pickle, origin)
    if case .record(let index) = root, pickle.records[index].type.isScriptType {
      try addModules(root)
    } else if let entries = pickle.entries(root) {
      let inner = entries.last { $0.key == .string("state_dict") }.flatMap { pickle.entries($0.value) }
      for (key, value) in inner ?? entries { try add(key, value) }
      guard inner != nil || !tensors.isEmpty else {
        let keys = entries.compactMap { if case .string(let key) = $0.key { Spelling.quoted(key) } else { nil } }
        throw Failure(
          "\(origin): no state_dict and no tensors in it"
            + (keys.isEmpty
              ? "" : "; its entries are \(keys.prefix(8).joined(separator: ", "))\(keys.count > 8 ? "…" : "")"))
      }
    } else {
      throw Failure("\(origin): neither a dictionary of tensors nor a module of TorchScript")
    }
    guard !tensors.isEmpty else { throw Failure("\(origin): there is no tensor in its state_dict") }
  }

  private mutating func add(_ key: PickleValue, _ value: PickleValue, prefix: String = "") throws {
    // What is no tensor is no weight: counts, names.
    guard case .tensor(let index) = value, case .string(let key) = key else { return }
    let name = prefix + key
    guard name.utf8.count <= Self.longestName, tensors.count < Self.mostNames else {
      throw Failure("\(origin): more than \(Self.mostNames) tensors, or a name of more than \(Self.longestName) bytes")
    }
    guard tensors.updateValue(pickle.tensors[index], forKey: name) == nil else {
      throw Failure("\(origin): two tensors are called \(Spelling.quoted(name))")
    }
  }

  /// The tensors of a module and of the modules in it.
  private mutating func addModules(_ root: PickleValue) throws {
    var modules = [(root, "")]
    var seen = 0
    while let (module, prefix) = modules.popLast() {
      seen += 1
      guard seen <= Self.mostNames, prefix.utf8.count <= Self.longestName else {
        throw Failure("\(origin): its modules hold each other, or are more than \(Self.mostNames)")
      }
      guard case .record(let index) = module, let state = pickle.entries(pickle.records[index].state) else { continue }
      for (key, value) in state {
        try add(key, value, prefix: prefix)
        guard case .record(let inner) = value, pickle.records[inner].type.isScriptType, case .string(let name) = key
        else { continue }
        modules.append((value, "\(prefix)\(name)."))
      }
    }
  }
}
