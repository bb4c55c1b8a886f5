import Basics
import Datasets
import TestSupport
import Testing

/// The same few-shot images as the published code.
@Suite struct DasslShotsTests {
  /// Classes of 200, 120, 40, 36 and 4 of 400 images, whose labels first appear in the order 3, 0, 4, 1, 2.
  private func labels(_ count: Int) -> [Int] {
    (0..<count).map { place in
      let kind = place % 10 < 5 ? 0 : place % 10 < 8 ? 1 : place % 10 == 8 ? 2 : place % 100 == 9 ? 3 : 4
      return [3, 0, 4, 1, 2][kind]
    }
  }

  /// Values of CPython 3.11.7:
  ///
  ///     import random
  ///     def labels(count):
  ///         return [[3, 0, 4, 1, 2][0 if i % 10 < 5 else 1 if i % 10 < 8 else 2 if i % 10 == 8 else 3 if i % 100 == 9 else 4]
  ///                 for i in range(count)]
  ///     def draw(labels, shots):
  ///         tracker = {}
  ///         for place, label in enumerate(labels): tracker.setdefault(label, []).append(place)
  ///         return [p for places in tracker.values()
  ///                 for p in (random.sample(places, shots) if len(places) >= shots else places)]
  ///     for seed, shots in ((1, 16), (2, 2), (4294967296, 1)):
  ///         random.seed(seed)
  ///         print(draw(labels(400), shots), draw(labels(60), min(shots, 4)))
  @Test(
    arguments: [
      (
        1, 16,
        [
          64, 290, 390, 31, 130, 60, 251, 384, 230, 240, 331, 192, 103, 44, 244, 12, 385, 356, 166, 186, 257, 326, 327,
          5,
          297, 195, 116, 307, 345, 97, 255, 46, 208, 18, 388, 378, 348, 8, 248, 138, 278, 238, 358, 168, 78, 338, 148,
          158,
          9, 109, 209, 309, 399, 169, 259, 389, 369, 279, 359, 119, 19, 159, 199, 239, 49, 69, 349, 329,
        ], [3, 43, 20, 53, 56, 46, 25, 16, 28, 48, 38, 58, 9, 49, 19, 29, 59]
      ),
      (2, 2, [24, 43, 36, 156, 108, 198, 209, 309, 159, 39], [33, 41, 17, 46, 58, 38, 9, 59, 39]),
      (4_294_967_296, 1, [53, 147, 268, 9, 29], [34, 36, 48, 9, 19]),
    ] as [(UInt64, Int, [Int], [Int])])
  func drawnClassByClass(seed: UInt64, shots: Int, training: [Int], validation: [Int]) {
    var drawing = DasslShots(seed: seed)
    #expect(drawing.drawn(shots, of: labels(400)) == training)
    #expect(drawing.drawn(DasslShots.validation(with: shots), of: labels(60)) == validation)
  }

  /// Draws that were published: places in the lists of the real `split_zhou_….json`, whose classes come one after the other, from
  /// `indices/eurosat/shot_2-seed_1.json` and the ends of `indices/food101/shot_16-seed_1.json` in
  /// github.com/linzhiqiu/cross_modal_adaptation (ac9077e), whose sampling is CoOp's. Of EuroSAT's classes a half is for training
  /// and a fifth for validation, of Food-101's 500 and 200.
  @Test func publishedDraws() {
    func labels(_ sizes: [Int]) -> [Int] { sizes.indices.flatMap { repeatElement($0, count: sizes[$0]) } }
    let sizes = [3000, 3000, 3000, 2500, 2500, 2000, 2500, 3000, 2500, 3000]
    var drawing = DasslShots(seed: 1)
    #expect(
      drawing.drawn(2, of: labels(sizes.map { $0 / 2 })) == [
        275, 1165, 1629, 2022, 3241, 4014, 5420, 5467, 6527, 6179, 7096, 7499, 8058, 8798, 10136, 10494, 10754, 11662,
        12545, 13477,
      ])
    #expect(
      drawing.drawn(2, of: labels(sizes.map { $0 / 5 })) == [
        234, 104, 925, 631, 1222, 1226, 2132, 2077, 2304, 2780, 2995, 3151, 3310, 3696, 4132, 3729, 4570, 4413, 5248,
        5307,
      ])
    drawing = DasslShots(seed: 1)
    #expect(
      drawing.drawn(16, of: labels(Array(repeating: 500, count: 101))).suffix(16) == [
        50034, 50323, 50292, 50269, 50328, 50040, 50437, 50037, 50406, 50435, 50111, 50329, 50429, 50088, 50261, 50441,
      ])
    #expect(drawing.drawn(4, of: labels(Array(repeating: 200, count: 101))).suffix(4) == [20077, 20140, 20034, 20013])
  }

  /// `random.seed(1); [random.sample(range(6), 2) for _ in range(3)] + [random.sample(range(5), 2) for _ in range(3)]` is
  /// [[1, 4], [0, 2], [0, 3], [3, 4], [3, 1], [0, 3]]; the classes come in the order 1, 2, 0.
  @Test func ofATask() throws {
    let folder = try DasslFolder(["caltech101"])
    let task = try TaskRegistry(TaskRegistry.standard.sources, root: folder.path).task(named: "dassl:caltech101")
    func paths(_ set: ImageSet) throws -> [String] {
      let prefix = try #require(task.imageFolder) + "/"
      return set.names.map { String($0.dropFirst(prefix.count)) }
    }
    let drawn = try task.trainingSet(.perClass(2), seed: 1)
    #expect(
      try paths(drawn) == [
        "Leopards/image_0001.jpg", "Leopards/image_0004.jpg", "accordion/image_0000.jpg", "accordion/image_0002.jpg",
        "Faces/image_0000.jpg", "Faces/image_0003.jpg",
      ])
    #expect(drawn.labels == [1, 1, 2, 2, 0, 0])
    // Base classes are selected afterwards, and keep their images.
    let base = try task.trainingSet(.perClass(2), labels: 0..<2, seed: 1)
    #expect(try paths(base) == paths(drawn).filter { !$0.hasPrefix("accordion") })
    #expect(
      try paths(#require(try task.validationSet(.perClass(2), seed: 1))) == [
        "Leopards/image_0009.jpg", "Leopards/image_00010.jpg", "accordion/image_0009.jpg", "accordion/image_0007.jpg",
        "Faces/image_0006.jpg", "Faces/image_0009.jpg",
      ])
    // At most 4 a class, all of them where no shots are drawn, and all images where a class has fewer than shots.
    #expect(try task.validationSet(.perClass(16), seed: 1)?.count == 3 * 4)
    #expect(try task.validationSet(.all, seed: 1)?.count == 3 * DasslFolder.validation)
    let all = try task.trainingSet(.all, seed: 1)
    #expect(try paths(task.trainingSet(.perClass(16), seed: 1)) == paths(all) && all.count == 3 * DasslFolder.training)
    #expect(try task.trainingSet(.inAll(4), seed: 1).count == 4)
    #expect(try task.trainingSet(.inAll(4), seed: 1).names != task.trainingSet(.inAll(4), seed: 2).names)
  }
}
