import Basics
import Foundation

/// The file `events.out.tfevents…` that TensorBoard reads, of the metrics of a run: `tensorboard --logdir runs` shows all runs
/// below a folder beside each other.
///
/// Scalars by epoch, counted from 1: `loss/total` and `loss/TERM` (each term before its weight), `accuracy/training`,
/// `accuracy/validation` where it was looked at, and `learning-rate`.
///
/// The file is a sequence of records, each the length of its data (8 bytes, little-endian), a checksum of the length, the data,
/// and a checksum of the data (``MaskedCRC32C``); the data are a message `Event` of TensorFlow's event.proto, see
/// ``ProtobufMessage``.
enum TensorBoardFile {
  /// Where it is in a run's folder. TensorBoard shows a run for every folder with such a file, whatever ends its name.
  static func path(in folder: String) -> String { "\(folder)/tensorboard/events.out.tfevents.rpp" }

  /// Begins the file, with the epochs that a run which goes on has behind it; an earlier attempt may have gone further.
  ///
  /// - Parameter time: When the values are said to have been written, in seconds since 1970.
  /// - Throws: ``Failure`` if it cannot be written.
  static func begin(_ epochs: [EpochMetrics], in folder: String, time: Double) throws {
    try Folder.make((path(in: folder) as NSString).deletingLastPathComponent)
    let start = record(event(time: time) { $0.add(3, text: "brain.Event:2") })
    try AtomicFile.write(Data(start + epochs.flatMap { record($0, time: time) }), to: path(in: folder))
  }

  /// The record of an epoch.
  static func record(_ epoch: EpochMetrics, time: Double) -> [UInt8] {
    record(
      event(time: time) { event in
        event.add(2, integer: UInt64(epoch.epoch + 1))
        event.add(5, message: summary(epoch))
      })
  }

  /// The scalars of an epoch by their names.
  static func scalars(_ epoch: EpochMetrics) -> [(tag: String, value: Double)] {
    var scalars = [
      (tag: "loss/total", value: epoch.loss), (tag: "accuracy/training", value: epoch.accuracy),
      (tag: "learning-rate", value: epoch.learningRate),
    ]
    scalars += epoch.terms.sorted { $0.key < $1.key }.map { (tag: "loss/\($0.key)", value: $0.value) }
    if let accuracy = epoch.validationAccuracy { scalars.append((tag: "accuracy/validation", value: accuracy)) }
    return scalars
  }

  /// `Event`: wall_time = 1, step = 2, file_version = 3, summary = 5.
  private static func event(time: Double, _ fill: (inout ProtobufMessage) -> Void) -> ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, double: time)
    fill(&event)
    return event
  }

  /// `Summary`, whose values (1) have tag = 1 and simple_value = 2.
  private static func summary(_ epoch: EpochMetrics) -> ProtobufMessage {
    var summary = ProtobufMessage()
    for (tag, value) in scalars(epoch) {
      var entry = ProtobufMessage()
      entry.add(1, text: tag)
      entry.add(2, float: Float(value))
      summary.add(1, message: entry)
    }
    return summary
  }

  private static func record(_ message: ProtobufMessage) -> [UInt8] {
    let length = LittleEndian.bytes(UInt64(message.bytes.count))
    return length + LittleEndian.bytes(MaskedCRC32C.checksum(length)) + message.bytes
      + LittleEndian.bytes(MaskedCRC32C.checksum(message.bytes))
  }
}

/// The bytes of numbers, the lowest first.
enum LittleEndian {
  static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
