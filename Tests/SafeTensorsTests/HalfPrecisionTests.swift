import Basics
import Foundation
import SafeTensors
import Testing

@Suite(.serialized) struct HalfPrecisionTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  /// A 16-bit floating-point format, by its definition: the value of each bit pattern.
  private func value(_ bits: UInt16, exponentBits: Int) -> Float {
    let fractionBits = 15 - exponentBits
    let fraction = Int(bits) & (1 << fractionBits - 1)
    let exponent = Int(bits) >> fractionBits & (1 << exponentBits - 1)
    let bias = 1 << (exponentBits - 1) - 1
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    if exponent == 1 << exponentBits - 1 { return fraction == 0 ? Float(sign) * .infinity : .nan }
    let significand = Double(exponent == 0 ? fraction : fraction + 1 << fractionBits)
    return Float(sign * scalbn(significand, max(exponent, 1) - bias - fractionBits))
  }

  private func stored(_ values: [Float], as dtype: DType) throws -> (bits: [UInt16], read: [Float]) {
    let path = scratch.folder + "/half.safetensors"
    try SafeTensorsWriter.write(
      to: path, tensors: [SafeTensorsEntry("t", shape: [values.count], floats: values, dtype: dtype)])
    let file = try SafeTensorsFile(path: path)
    let bytes = try file.bytes("t")
    let bits = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
    return (bits, try file.floats("t"))
  }

  @Test(arguments: [(DType.float16, 5), (.bfloat16, 8)])
  func everyValueComesBack(dtype: DType, exponentBits: Int) throws {
    let values = (0...UInt16.max).map { value($0, exponentBits: exponentBits) }
    let (bits, read) = try stored(values, as: dtype)
    for pattern in 0...UInt16.max {
      let index = Int(pattern)
      if values[index].isNaN {
        #expect(read[index].isNaN)
      } else if bits[index] != pattern || read[index].bitPattern != values[index].bitPattern {
        Issue.record("\(dtype.rawValue) \(pattern): stored as \(bits[index]), read as \(read[index])")
      }
    }
  }

  @Test(arguments: [(DType.float16, 5), (.bfloat16, 8)])
  func roundingGoesToTheNearest(dtype: DType, exponentBits: Int) throws {
    var stream = RandomStream(name: "rounding")
    let limit = value(dtype == .float16 ? 0x7BFF : 0x7F7F, exponentBits: exponentBits)
    let random = (0..<50_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: stream.next())) }
      .filter { abs($0) <= limit }
    // Halfway between neighbours, subnormal ones too.
    let ties = stride(from: 0, to: UInt16(dtype == .float16 ? 0x7BFF : 0x7F7F), by: 7).map {
      value($0, exponentBits: exponentBits) / 2 + value($0 + 1, exponentBits: exponentBits) / 2
    }
    let values = random + ties + ties.map { -$0 } + ties.map(\.nextUp) + ties.map(\.nextDown)
    for (number, bits) in zip(values, try stored(values, as: dtype).bits) {
      let error = abs(Double(number) - Double(value(bits, exponentBits: exponentBits)))
      #expect(number.sign == (bits >> 15 == 0 ? .plus : .minus))
      let neighbours = [bits & 0x7FFF == 0 ? bits : bits - 1, bits + 1].map {
        abs(Double(number) - Double(value($0, exponentBits: exponentBits)))
      }
      for other in neighbours where other < error || (other == error && bits % 2 == 1) {
        Issue.record("\(number) became \(bits) as \(dtype.rawValue)")
      }
    }
  }

  @Test func theEndsOfTheRange() throws {
    let half = try stored([65519.996, 65520, -1e30, 0x1p-25, 0x1.000002p-25, -0.0, .infinity, .nan], as: .float16)
    #expect(half.bits.dropLast() == [0x7BFF, 0x7C00, 0xFC00, 0x0000, 0x0001, 0x8000, 0x7C00])
    #expect(half.read[7].isNaN)
    let largest = Float.greatestFiniteMagnitude
    // A NaN whose payload is in the lower half only would become infinite without care.
    let nan = Float(bitPattern: 0x7F80_0001)
    let brain = try stored([largest, -largest, 0x1.FEp127, -.infinity, nan, .nan], as: .bfloat16)
    #expect(brain.bits.prefix(4) == [0x7F80, 0xFF80, 0x7F7F, 0xFF80])
    #expect(brain.read[4].isNaN && brain.read[5].isNaN)
  }
}
