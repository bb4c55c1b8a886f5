import Foundation
import TestSupport
import Testing
import Training

/// The event file of a run, read by a reader that shares nothing with the writer. `Tests/tensorboard.sh` reads one with
/// TensorBoard itself.
@Suite struct TensorBoardTests {
  private static let file = "tensorboard/events.out.tfevents.rpp"

  @Test func everyEpochIsThereAsInTheMetrics() throws {
    let folder = try TemporaryFolder()
    let begin = Date().timeIntervalSince1970
    try TinyRun.run(in: folder, TinyRun.configuration(validateEvery: 2))
    let events = try events(in: folder)
    #expect(events.first?.version == "brain.Event:2")
    try expectMetrics(events, in: folder)
    let times = events.map(\.time)
    #expect(times == times.sorted() && times[0] >= begin - 1 && times.last! <= Date().timeIntervalSince1970 + 1)
    #expect(events[1].scalars["accuracy/validation"] == nil && events[2].scalars["accuracy/validation"] != nil)
  }

  @Test(arguments: [1, 2, 3, 5]) func aRunThatWasStoppedHasEachEpochOnce(step: Int) throws {
    let folder = try TemporaryFolder()
    try TinyRun.run(in: folder, untilStep: step)
    // As a process that is killed while it writes leaves it.
    let handle = try #require(FileHandle(forWritingAtPath: "\(folder.path)/\(Self.file)"))
    _ = try handle.seekToEnd()
    try handle.write(contentsOf: Data([1, 2, 3]))
    try handle.close()
    try TinyRun.run(in: folder)
    try expectMetrics(try events(in: folder), in: folder)
  }

  private func expectMetrics(_ events: [Event], in folder: TemporaryFolder) throws {
    let metrics = try folder.text("metrics.jsonl").split(separator: "\n").map {
      try JSONDecoder().decode(EpochMetrics.self, from: Data($0.utf8))
    }
    #expect(events.dropFirst().map(\.step) == metrics.map { $0.epoch + 1 })
    for (event, line) in zip(events.dropFirst(), metrics) {
      var expected = [
        "loss/total": Float(line.loss), "accuracy/training": Float(line.accuracy),
        "learning-rate": Float(line.learningRate),
      ]
      for (name, value) in line.terms { expected["loss/\(name)"] = Float(value) }
      if let accuracy = line.validationAccuracy { expected["accuracy/validation"] = Float(accuracy) }
      #expect(event.scalars == expected)
    }
  }

  private struct Event {
    var time = 0.0
    var step = 0
    var version: String?
    var scalars: [String: Float] = [:]
  }

  private struct Damaged: Error {}

  private func events(in folder: TemporaryFolder) throws -> [Event] {
    var rest = [UInt8](try folder.bytes(Self.file))[...]
    var events: [Event] = []
    while !rest.isEmpty {
      let length = try take(8, &rest)
      guard try number(take(4, &rest)) == checksum(length) else { throw Damaged() }
      let data = try take(Int(number(length)), &rest)
      guard try number(take(4, &rest)) == checksum(data) else { throw Damaged() }
      events.append(try event(data))
    }
    return events
  }

  private func event(_ data: ArraySlice<UInt8>) throws -> Event {
    var event = Event()
    for (field, value) in try fields(data) {
      switch field {
      case 1: event.time = Double(bitPattern: number(value))
      case 2: event.step = Int(try varint(value))
      case 3: event.version = String(decoding: value, as: UTF8.self)
      case 5:
        for (_, entry) in try fields(value) {
          let parts = Dictionary(uniqueKeysWithValues: try fields(entry))
          guard let tag = parts[1], let scalar = parts[2] else { throw Damaged() }
          event.scalars[String(decoding: tag, as: UTF8.self)] = Float(bitPattern: UInt32(number(scalar)))
        }
      default: throw Damaged()
      }
    }
    return event
  }

  /// The fields of a message with the bytes of their values.
  private func fields(_ data: ArraySlice<UInt8>) throws -> [(Int, ArraySlice<UInt8>)] {
    var rest = data
    var fields: [(Int, ArraySlice<UInt8>)] = []
    func takeVarint() throws -> ArraySlice<UInt8> {
      guard let end = rest.firstIndex(where: { $0 < 128 }) else { throw Damaged() }
      return try take(end - rest.startIndex + 1, &rest)
    }
    while !rest.isEmpty {
      let key = try varint(takeVarint())
      let value =
        switch key & 7 {
        case 0: try takeVarint()
        case 1: try take(8, &rest)
        case 2: try take(Int(varint(takeVarint())), &rest)
        case 5: try take(4, &rest)
        default: throw Damaged()
        }
      fields.append((Int(key >> 3), value))
    }
    return fields
  }

  private func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw Damaged() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  private func varint(_ bytes: ArraySlice<UInt8>) throws -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 7 | UInt64($1 & 127) }
  }

  /// CRC-32C bit by bit, masked.
  private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var crc: UInt64 = 0xffff_ffff
    for byte in bytes {
      for bit in 0..<8 {
        let feedback = (crc ^ UInt64(byte) >> UInt64(bit)) & 1
        crc >>= 1
        if feedback == 1 { crc ^= 0x82f6_3b78 }
      }
    }
    crc ^= 0xffff_ffff
    return ((crc >> 15 | crc << 17) + 0xa282_ead8) & 0xffff_ffff
  }
}
