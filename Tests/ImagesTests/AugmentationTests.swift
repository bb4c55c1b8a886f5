import Basics
import Foundation
import Images
import Testing

@Suite struct AugmentationTests {
  private static let path = "\(OwnImages.folder)/augmentation.safetensors"
  private let golden: [String: RGBImage]

  init() throws { golden = try GoldenImages(contentsOf: Self.path).images }

  /// Equal to torchvision's on Pillow's images, pixel for pixel.
  @Test func operationsAreTorchvisions() throws {
    let part = try #require(golden["part"])
    var seen: Set<String> = []
    for (name, expected) in golden where name.contains("/") {
      let parts = name.split(separator: "/").map(String.init)
      let (kind, text) = (parts[0], parts[1])
      seen.insert(kind)
      let value = Double(text) ?? .nan
      let operation: ImageOperation
      switch kind {
      case "shearX": operation = .shearX(value)
      case "shearY": operation = .shearY(value)
      case "translateX": operation = .translateX(value)
      case "translateY": operation = .translateY(value)
      case "rotate": operation = .rotate(value)
      case "brightness": operation = .brightness(value)
      case "color": operation = .color(value)
      case "contrast": operation = .contrast(value)
      case "sharpness": operation = .sharpness(value)
      case "posterize": operation = .posterize(Int(value))
      case "solarize": operation = .solarize(value)
      case "autocontrast": operation = .autocontrast
      case "equalize": operation = .equalize
      case "invert": operation = .invert
      default: continue
      }
      let image = kind == "equalize" ? try #require(golden["whole"]) : part
      let changed = operation(image)
      #expect(changed == expected, "\(name): \(Deviation(changed, from: expected))")
      #expect(changed != image, "\(name) changes something")
    }
    #expect(seen.count == 16, "\(seen)")
    #expect(ImageOperation.identity(part) == part)
  }

  @Test func cropsAndFlipsAreTorchvisions() throws {
    let whole = try #require(golden["whole"])
    let crops = golden.filter { $0.key.hasPrefix("crop/") }
    #expect(crops.count == 4)
    for (name, expected) in crops {
      let numbers = name.dropFirst(5).split(separator: ",").compactMap { Int($0) }
      let window = CropWindow(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
      let changed = whole.cropped(to: window).resizedBicubic(width: numbers[4], height: numbers[4])
      #expect(changed == expected, "\(name): \(Deviation(changed, from: expected))")
    }
    #expect(golden["part"]?.flippedHorizontally() == golden["flip/0"])
  }

  /// From the numbers that torchvision drew, its windows; some of them the largest at the centre, after ten attempts.
  @Test func windowsAreTorchvisions() throws {
    struct Window: Decodable {
      let image: [Int]
      let drawn: [Double]
      let window: [Int]
    }
    struct Header: Decodable {
      struct Metadata: Decodable { let windows: String }
      let __metadata__: Metadata
    }
    let file = try Data(contentsOf: URL(fileURLWithPath: Self.path))
    let count = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDecoder().decode(Header.self, from: file[8..<8 + count])
    let windows = try JSONDecoder().decode([Window].self, from: Data(header.__metadata__.windows.utf8))
    for case let expected in windows {
      var numbers = expected.drawn[...]
      let window = CropWindow.random(
        width: expected.image[0], height: expected.image[1], uniform: { _, _ in numbers.removeFirst() },
        below: { _ in Int(numbers.removeFirst()) })
      #expect([window.x, window.y, window.width, window.height] == expected.window, "\(expected)")
      #expect(numbers.isEmpty)
    }
    #expect(windows.contains { $0.drawn.count == 20 } && windows.contains { $0.drawn.count == 4 })
  }

  @Test func choicesAreThoseOfTheStream() throws {
    let image = try #require(golden["whole"])
    func stream(_ index: Int) -> RandomStream { RandomStream(name: "augmentation").substream(index) }
    for augmentation in [Augmentation.cropFlip, .randAugment] {
      let changed = (0..<20).map { augmentation(image, side: 16, from: stream($0)) }
      #expect(changed == (0..<20).map { augmentation(image, side: 16, from: stream($0)) })
      #expect(changed.allSatisfy { $0.width == 16 && $0.height == 16 })
      #expect(Set(changed.map(\.pixels)).count > 15)
    }
    #expect(
      Augmentation.none(image, side: 16, from: stream(1))
        == (try image.resized(shorterSide: 16).centerCropped(width: 16, height: 16)))
  }

  /// A model of another input size sees the same window, flipped or not.
  @Test func choicesDoNotDependOnTheSide() {
    // A gradient from left to right: what is seen of it tells the window and the flip.
    let image = RGBImage(
      width: 200, height: 200, pixels: (0..<40_000).flatMap { [UInt8($0 % 200), UInt8($0 / 200), UInt8(0)] })
    var flips = 0
    for index in 0..<40 {
      let stream = RandomStream(name: "sides").substream(index)
      let (small, large) = (
        Augmentation.cropFlip(image, side: 10, from: stream), Augmentation.cropFlip(image, side: 40, from: stream)
      )
      for (row, column) in [(0, 0), (0, 9), (9, 0), (9, 9)] {
        for channel in 0..<2 {
          let one = Int(small.pixels[(row * 10 + column) * 3 + channel])
          let other = Int(large.pixels[(row * 4 + 2) * 40 * 3 + (column * 4 + 2) * 3 + channel])
          #expect(abs(one - other) < 8)
        }
      }
      flips += small.pixels[0] > small.pixels[27] ? 1 : 0
    }
    #expect((10...30).contains(flips), "\(flips) of 40 are flipped")
  }

  /// Two of 15 operations, each made with probability 0.6, in POMP's ranges.
  @Test func randAugmentDrawsAsPOMP() {
    var stream = RandomStream(name: "rand-augment")
    let drawn = (0..<3000).map { _ in RandAugment.operations(side: 100, from: &stream) }
    #expect(drawn.allSatisfy { $0.count == 2 })
    let all = drawn.flatMap { $0 }
    // Those that were not made, and a fifteenth of those that were.
    let identities = Double(all.count { $0 == .identity }) / Double(all.count)
    #expect(abs(identities - (0.4 + 0.6 / 15)) < 0.02, "\(identities)")
    var ranges: [String: (low: Double, high: Double)] = [:]
    for operation in all {
      let words = "\(operation)".split(separator: "(").map(String.init)
      let value = words.count > 1 ? Double(words[1].dropLast()) ?? .nan : 0
      let known = ranges[words[0]] ?? (value, value)
      ranges[words[0]] = (min(known.low, value), max(known.high, value))
    }
    #expect(ranges.count == 15)
    for (name, low, high) in [
      ("brightness", 0.1, 1.9), ("color", 0.1, 1.9), ("contrast", 0.1, 1.9), ("sharpness", 0.1, 1.9),
      ("rotate", -30, 30), ("shearX", -0.3, 0.3), ("shearY", -0.3, 0.3), ("translateX", -30, 30),
      ("translateY", -30, 30), ("solarize", 0, 256), ("posterize", 4, 7),
    ] {
      let range = ranges[name] ?? (.nan, .nan)
      let slack = (high - low) / 20
      #expect(range.low >= low && range.low < low + slack && range.high <= high && range.high > high - slack, "\(name)")
    }
  }

  @Test func extremeImagesAreChangedToo() {
    for (width, height) in [(1, 1), (2, 300), (300, 2), (1, 40)] {
      let image = RGBImage(width: width, height: height, gray: 90)
      for index in 0..<30 {
        let changed = Augmentation.randAugment(image, side: 8, from: RandomStream(name: "extreme").substream(index))
        #expect(changed.width == 8 && changed.height == 8)
      }
    }
  }
}
