import Basics

/// Correctness of one or two methods on one set of test images, so that adding an image to the counts of all seeds takes
/// few instructions: four counts of 16 bits in each word.
struct PackedCorrectness: Sendable {
  let images: Int
  /// Methods × seeds.
  private let lanes: Int
  /// How many words hold the lanes of an image.
  private let width: Int
  /// Images × width.
  private let words: [UInt64]

  init(_ methods: [Correctness]) {
    let (seeds, images) = (methods[0].seeds, methods[0].images)
    let lanes = methods.count * seeds
    let width = (lanes + 3) / 4
    var words = Array(repeating: UInt64(0), count: images * width)
    for (method, table) in methods.enumerated() {
      for seed in 0..<seeds {
        let lane = method * seeds + seed
        for image in 0..<images {
          words[image * width + lane / 4] |= UInt64(table.flags[seed * images + image]) << UInt64(lane % 4 * 16)
        }
      }
    }
    (self.images, self.lanes, self.width, self.words) = (images, lanes, width, words)
  }

  /// Draws as many images as there are, with replacement, and counts the correct ones of each lane into
  /// `counts[offset + lane]`.
  func resample(from stream: inout RandomStream, into counts: inout [Int], at offset: Int) {
    for lane in 0..<lanes { counts[offset + lane] = 0 }
    var remaining = images
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { sums in
      words.withUnsafeBufferPointer { words in
        while remaining > 0 {
          // More would not fit into 16 bits.
          let draws = min(remaining, 65_535)
          sums.initialize(repeating: 0)
          var drawn = 0
          while drawn < draws {
            // Two images from one random number: uniform to within images / 2³².
            let bits = stream.next()
            add(words, Int(((bits >> 32) &* UInt64(images)) >> 32) &* width, to: sums)
            if drawn + 1 < draws { add(words, Int(((bits & 0xFFFF_FFFF) &* UInt64(images)) >> 32) &* width, to: sums) }
            drawn += 2
          }
          for lane in 0..<lanes { counts[offset + lane] += Int((sums[lane / 4] >> UInt64(lane % 4 * 16)) & 0xFFFF) }
          remaining -= draws
        }
      }
    }
  }

  @inline(__always)
  private func add(_ words: UnsafeBufferPointer<UInt64>, _ start: Int, to sums: UnsafeMutableBufferPointer<UInt64>) {
    for word in 0..<width { sums[word] &+= words[start &+ word] }
  }
}
