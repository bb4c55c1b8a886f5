import Basics
import Foundation
import Images
import TestSupport
import Testing

@Suite("Command line: what there is", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct ListingTests {
  private func object(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try RPPProcess.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test func aContactSheetIsAnImage() throws {
    let folder = try TemporaryFolder()
    let outcome = try RPPProcess.run(["tasks", "show", "world:shapes@sketch", "--out", "sheet.png"], in: folder.path)
    #expect(outcome.status == 0)
    let sheet = try RGBImage(contentsOf: "\(folder.path)/sheet.png")
    #expect(sheet.width > 100 && sheet.height > 100)
    #expect(Set(sheet.pixels).count > 2)
  }

  @Test func machinesCanReadWhatThereIs() throws {
    #expect(try !object(["backbone", "info", "embedded:student", "--json"]).isEmpty)
    let plugins = try object(["plugins", "--json"])
    let names = try #require(plugins["structures"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    #expect(names.contains("coop") && names.contains("zero-shot"))
  }

  @Test func tasksAndPluginsAreListed() throws {
    let tasks = try RPPProcess.run(["tasks"])
    #expect(tasks.status == 0 && tasks.output.contains("world:shapes@sketch") && tasks.output.contains("folder:PATH"))
    let plugins = try RPPProcess.run(["plugins"])
    #expect(plugins.status == 0 && plugins.output.contains("contextLength=auto"))
    let maple = try RPPProcess.run(["plugins", "maple"])
    let words = maple.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("(auto: 9, or one less than the model has where it has fewer)"), "\(words)")
    // Names begin in one line, numbers end in one.
    let lines = tasks.output.split(separator: "\n")
    let end = try #require(lines[0].range(of: "classes")).upperBound
    let width = lines[0].distance(from: lines[0].startIndex, to: end)
    for line in lines[2...] where line.hasPrefix("world:") && !line.hasPrefix("world:NAME") {
      #expect(line.prefix(width).last?.isNumber == true && line.dropFirst(width).hasPrefix("  "), "\(line)")
    }
  }

  @Test func theVersionNamesTheKernelsThatAUserChose() throws {
    let outcome = try RPPProcess.run(
      ["--version"], environment: ["OPENBLAS_CORETYPE": "Nehalem", "RPP_NUM_THREADS": "3"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("rpp \(RPPVersion.current), OpenBLAS "))
    #expect(outcome.output.contains(", 3 threads"))
    // An OpenBLAS that was built for one family has no choice.
    let isChosen = outcome.output.contains("Nehalem kernels")
    #expect(try isChosen || !RPPProcess.run(["--version"]).output.contains("0.3.21"))
  }
}
