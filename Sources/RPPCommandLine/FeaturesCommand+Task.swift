import Basics
import CLIPModel
import Datasets
import FeatureStore
import SafeTensors
import Training

/// How stored features are rounded.
enum FeatureDType: String, CaseIterable {
  case f16, f32

  var dtype: DType { self == .f16 ? .float16 : .float32 }
}

extension FeaturesCommand {
  /// Writes the features of all images of a task.
  func writeFeatures(of task: any ClassificationTask, to folder: FeatureFolder) throws {
    let backbone = precision.resolve(try Backbone(named: backbone))
    let seed = seed?.value ?? 1
    var sets: [(split: FeatureFolder.Split, images: ImageSet)] = [
      (.train, try task.trainingSet(shots?.value ?? task.defaultShots, seed: seed)), (.test, try task.testSet()),
    ]
    if let validation = try task.validationSet(shots?.value ?? task.defaultShots, seed: seed) {
      sets.append((.val, validation))
    }
    for set in sets { try set.images.requireImages() }
    try folder.keep(task, sets)
    let writers = sets.map { split, images in
      FeatureFileWriter(images, of: split, in: folder, by: backbone, dtype: (dtype?.value ?? .f32).dtype)
    }
    try announce(zip(sets, writers).filter { !$1.isFinished }.map { ($0.images, $1.bytes) }, backbone)
    for writer in writers { try writer.reserve() }
    let bars = LongWork()
    var computed = 0
    try Interruption.watching {
      for (set, writer) in zip(sets, writers) {
        let number = try writer.run(shouldStop: { Interruption.isRequested }) { done, count in
          bars.show("features of \(set.split.rawValue)", done, of: count)
        }
        guard let number else { throw Trainer.Interrupted(isResumable: true) }
        computed += number
      }
    }
    let total = sets.reduce(0) { $0 + $1.images.count }
    print(
      "\(folder.path): features of \(total) images by \(backbone.name), \(computed) of them computed now: "
        .printable + "--task features:\(folder.path)".printable)
  }

  /// Says before long work what it will take.
  private func announce(_ parts: [(images: ImageSet, bytes: Int)], _ backbone: Backbone) throws {
    guard let first = parts.first else { return }
    let seconds = try FrozenResults().predictedSeconds(of: first.images, by: backbone)
    let count = parts.reduce(0) { $0 + $1.images.count }
    let all = seconds / Double(first.images.count) * Double(count)
    guard all > 10 else { return }
    Terminal.line(
      "\(count) images to encode, less those that are there: about \(PredictedTime.text(all)) on \(Parallel.threadCount) threads, "
        + "and \(ByteCount.text(parts.reduce(0) { $0 + $1.bytes })) on disk")
  }
}
