import Basics
import Foundation
import Images
import Testing

@Suite struct ContactSheetTests {
  @Test func pngKeepsEveryByte() throws {
    let image = try RGBImage(contentsOf: "\(OwnImages.folder)/color.png")
    #expect(try RGBImage(decoding: image.pngData(), name: "again") == image)
    let folder = try TemporaryFolder()
    try image.writePNG(to: "\(folder.path)/image.png")
    #expect(try RGBImage(contentsOf: "\(folder.path)/image.png") == image)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["image.png"])
  }

  @Test func sheet() throws {
    let red = RGBImage(width: 3, height: 2, pixels: Array(repeating: [255, 0, 0], count: 6).flatMap { $0 })
    let cells = (0..<5).map { ContactSheet.Cell(image: red, caption: "red \($0)") }
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/sheet.png"
    try ContactSheet(title: "Five", cells: cells, columns: 2, scale: 4).write(to: path)
    let sheet = try RGBImage(contentsOf: path)
    let colours = stride(from: 0, to: sheet.pixels.count, by: 3).map { Array(sheet.pixels[$0..<$0 + 3]) }
    #expect(colours.count { $0 == [255, 0, 0] } == 5 * 6 * 16)
    #expect(colours.first == [255, 255, 255])
    // The title is above the first image.
    let firstRed = try #require(colours.firstIndex(of: [255, 0, 0]))
    #expect(colours[..<firstRed].contains { $0[0] < 100 })
    // Three rows of two, the last of one: rows of the sheet that have red in them.
    let rows = (0..<sheet.height).map { row in
      colours[row * sheet.width..<(row + 1) * sheet.width].count { $0 == [255, 0, 0] }
    }
    #expect(rows.filter { $0 > 0 } == Array(repeating: 24, count: 16) + Array(repeating: 12, count: 8))
  }

  @Test func withoutImages() throws {
    let sheet = try ContactSheet(title: "Nothing", cells: [], columns: 4).rendered()
    #expect(sheet.pixels.contains { $0 < 100 })
  }

  @Test func tooLarge() throws {
    let cells = Array(
      repeating: ContactSheet.Cell(image: RGBImage(width: 9, height: 9, gray: 0), caption: ""), count: 2)
    let text = try line { _ = try ContactSheet(title: "", cells: cells, columns: 1, scale: 4_000).rendered() }
    #expect(text?.hasPrefix("a contact sheet of 36024×") == true, "\(text ?? "drawn")")
  }

  @Test func unwritable() throws {
    let text = try line { try RGBImage(width: 1, height: 1, gray: 0).writePNG(to: "/nowhere/x.png") }
    #expect(text == "cannot write /nowhere/x.png: No such file or directory")
  }
}
