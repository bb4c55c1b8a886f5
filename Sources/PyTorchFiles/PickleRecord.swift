/// An object of a type that is not known here: what it is called, and the state that it was saved with.
struct PickleRecord {
  let type: PickleGlobal
  var state = PickleValue.none
}
