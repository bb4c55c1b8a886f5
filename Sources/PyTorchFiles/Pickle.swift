/// What a pickle holds: values, and the containers and tensors that they refer to by their places in these lists. Flat, so that
/// neither depth nor sharing costs anything.
struct Pickle {
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var records: [PickleRecord] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []
  var globals: [PickleGlobal] = []

  /// The elements of a list or tuple.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    if case .sequence(let index) = value { return sequences[index] }
    return nil
  }

  /// The entries of a dictionary.
  func entries(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    if case .dictionary(let index) = value { return dictionaries[index] }
    return nil
  }

  /// A list or tuple of integers that are not negative.
  func naturalNumbers(_ value: PickleValue) -> [Int]? {
    guard let elements = elements(value) else { return nil }
    let numbers = elements.compactMap { if case .integer(let number) = $0, number >= 0 { number } else { nil } }
    return numbers.count == elements.count ? numbers : nil
  }
}
