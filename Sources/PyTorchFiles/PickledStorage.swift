import SafeTensors

/// Where a tensor's elements are: a file of the archive, or a place behind the pickles of the older form.
struct PickledStorage: Equatable, Sendable {
  /// Its name there.
  let key: String
  let dtype: DType
  /// How many elements it has.
  let count: Int
}
