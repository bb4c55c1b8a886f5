import Basics
import Foundation
import SafeTensors
import Testing

/// Agreement with the reference implementation, `safetensors` 0.8.0 of PyPI.
@Suite struct PythonFileTests {
  /// A file of `safetensors.numpy.save`.
  private let written = """
    +AEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJ3aG8iOiJudW1weSIsInRhYiI6ImFcdGJcIsO8In0sImkiOnsiZHR5cGUiOiJJNjQi
    LCJzaGFwZSI6WzIsMV0sImRhdGFfb2Zmc2V0cyI6WzAsMTZdfSwiZCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMl0sImRhdGFf
    b2Zmc2V0cyI6WzE2LDMyXX0sImUiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsM10sImRhdGFfb2Zmc2V0cyI6WzMyLDMyXX0s
    InciOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzEsM10sImRhdGFfb2Zmc2V0cyI6WzMyLDQ0XX0sIsOpIFwicVwiXG4iOnsiZHR5
    cGUiOiJJMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzQ0LDQ4XX0sImgiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzRd
    LCJkYXRhX29mZnNldHMiOls0OCw1Nl19LCJ1Ijp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls1Niw1
    OV19LCJiIjp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzU5LDYxXX19ICD//////////wAAAAAA
    AABAmpmZmZmZuT8AAAAgX6ACwgAAwD8AAADAgqj7NwcAAAAAPGYu//sBAAD/AwEA
    """

  @Test func aFileOfPythonIsRead() throws {
    let scratch = try Scratch()
    let bytes = try #require(Data(base64Encoded: written, options: .ignoreUnknownCharacters))
    let file = try SafeTensorsFile(path: try scratch.file(bytes))
    #expect(file.metadata == ["who": "numpy", "tab": "a\tb\"ü"])
    #expect(file.names == ["b", "d", "e", "h", "i", "u", "w", "é \"q\"\n"])
    #expect(try file.floats("w") == [1.5, -2, 3e-5])
    #expect(try file.info("w").shape == [1, 3])
    #expect(try file.floats("h") == [1, 0x1.998p-4, -65504, 0x1p-24])
    #expect(try file.floats("d") == [0.1, -1e10])
    #expect(try file.info("e").shape == [0, 3])
    #expect(try file.floats("e") == [])
    #expect(try file.integers("i") == [-1, 1 << 62])
    #expect(try file.info("i").shape == [2, 1])
    #expect(try file.integers("u") == [0, 255, 3])
    #expect(try file.integers("b") == [1, 0])
    #expect(try file.info("é \"q\"\n").shape == [])
    #expect(try file.integers("é \"q\"\n") == [7])
  }

  /// The bytes that Python was seen to read as they were meant; they must not change from one version to the next.
  @Test func whatPythonReadIsStillWritten() throws {
    let bytes = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata)
    #expect(Checksum.of(bytes) == "d43e016b948112935218758616ad32ab")
    let checked = try SafeTensorsWriter.encode(sampleTensors, metadata: sampleMetadata, checksum: true)
    #expect(Checksum.of(checked) == "4d25e313a1639e7e46891e97bcee01aa")
  }
}
