/// A value in a pickle. Containers and tensors stand in the ``Pickle`` that it belongs to, so that what shares a value there, or holds
/// itself, does no harm here.
enum PickleValue: Equatable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// An integer of more than 64 bits, its bytes from the lowest.
  case largeInteger([UInt8])
  case number(Double)
  case string(String)
  case bytes
  /// A list, tuple or set: the index of its elements.
  case sequence(Int)
  case dictionary(Int)
  case record(Int)
  case storage(Int)
  case tensor(Int)
  case global(Int)
}
