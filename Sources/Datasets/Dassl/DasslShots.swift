/// The few images of each class that the published code learns from: `DatasetBase.generate_fewshot_dataset` in
/// `dassl/data/datasets/base_dataset.py` of Dassl, called by every reader of CoOp's.
///
/// `set_random_seed(seed)` seeds Python's generator when the program begins, and nothing else draws from it before. Classes come in
/// the order in which their labels first appear, of each as many images as shots; all of them, in their order, where it has fewer.
/// Then come the validation images from the same generator, at most 4 a class. Base or new classes are selected after that.
package struct DasslShots {
  private var random: PythonRandom

  package init(seed: UInt64) { random = PythonRandom(seed: seed) }

  /// Places in `labels`, in the order drawn.
  package mutating func drawn(_ shots: Int, of labels: [Int]) -> [Int] {
    var order: [Int] = []
    var members: [Int: [Int]] = [:]
    for (place, label) in labels.enumerated() {
      if members[label] == nil { order.append(label) }
      members[label, default: []].append(place)
    }
    return order.flatMap { label in
      let places = members[label]!
      return places.count < shots ? places : random.sample(shots, of: places.count).map { places[$0] }
    }
  }

  /// How many validation images of a class go with so many training images.
  package static func validation(with shots: Int) -> Int { min(shots, 4) }
}
