import Basics
import CLIPModel
import Datasets
import Synchronization
import Tensors

/// What frozen encoders make of images and texts, and decoded images: computed once in a process, and kept on disk
/// where there is a cache.
///
/// The numbers are the same bit for bit whatever is found and whatever is computed. Every image goes through the encoder
/// on its own, since the last bits of a product of matrices depend on how many rows it has; the texts of a list go through
/// together, and a list is kept as a whole. What is kept depends on the weights, on preprocessing, and on a sample of the
/// arithmetic (``Arithmetic``), so that another processor or another version of an encoder finds none of it.
///
/// A teacher's logits are kept in this form: they are the product of its image features and its text features, which any
/// list of classes and any choice of images can share.
public final class FrozenResults: Sendable {
  /// How much of one kind was found in the cache.
  public struct Use: Equatable, Sendable {
    /// What it is.
    public let kind: Cache.Kind
    /// How many were found of those that were asked for.
    public var found: Int
    /// How many were asked for; in a process, those asked for again do not count.
    public var count: Int
  }

  private struct State {
    var features: [ContentHash: Tensor] = [:]
    var uses: [Cache.Kind: Use] = [:]
    var counted: Set<ContentHash> = []
    var arithmetic: [String: Arithmetic] = [:]
  }

  /// To be raised with any change of decoding or fitting that changes a pixel.
  private static let decoding = "decoding 1"
  /// To be raised with any change of the encoders' arithmetic that the sample may be too small to show: of how products are
  /// cut, for example.
  private static let encoding = "encoding 1"

  private let cache: Cache?
  private let progress: @Sendable (_ work: String, _ done: Int, _ count: Int) -> Void
  private let state = Mutex(State())

  /// Results of this process, and of those that shared the cache.
  ///
  /// - Parameters:
  ///   - cache: Where they are kept; nil to keep them in memory only.
  ///   - progress: Told how much of what takes long is done, on any thread.
  public init(
    cache: Cache? = nil,
    progress: @escaping @Sendable (_ work: String, _ done: Int, _ count: Int) -> Void = { _, _, _ in }
  ) {
    self.cache = cache
    self.progress = progress
  }

  /// What was found in the cache so far; empty without one.
  public var uses: [Use] {
    let uses = state.withLock { $0.uses }
    return Cache.Kind.allCases.compactMap { uses[$0] }
  }

  /// The frozen model's normalised features of all images of a set.
  ///
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read, or names the file of stored features that
  ///   is missing or of another backbone.
  public func imageFeatures(of set: ImageSet, by backbone: Backbone) throws -> ImageFeatures {
    if let stored = set.features { return try ImageFeatures(FeatureFile(stored, by: backbone), rows: stored.rows) }
    return ImageFeatures(try features(of: set, by: backbone))
  }

  /// The features of images that are there, `[images, embed]`.
  private func features(of set: ImageSet, by backbone: Backbone) throws -> Tensor {
    let hashes = try contentHashes(of: set)
    let embed = backbone.configuration.embedDimension
    let preprocessing = backbone.preprocessing.words.values
    let identity = Self.identity(.imageFeatures, [backbone.checksum, preprocessing], hashes)
    if let known = state.withLock({ $0.features[identity] }) { return known }
    let rows = cache?.rows(
      .imageFeatures,
      dependencies: [backbone.checksum, preprocessing, Self.decoding, arithmetic(of: backbone).images],
      about: "\(backbone.preprocessing.size) pixels, \(words(backbone))", shape: [embed])
    let features = try Tensor(shape: [set.count, embed]) { out in
      func put(_ row: [Float], at index: Int) {
        let place = UnsafeMutableBufferPointer(rebasing: out[index * embed..<(index + 1) * embed])
        _ = place.initialize(fromContentsOf: row)
      }
      let found = rows?.find(Set(hashes)) ?? [:]
      var isMissing = [Bool](repeating: false, count: set.count)
      for (index, hash) in hashes.enumerated() {
        if let row = found[hash]?.floats { put(row, at: index) } else { isMissing[index] = true }
      }
      // Ranks need not share a cache.
      let missing = zip(0..., Ranks.anyIsTrue(isMissing)).compactMap { $1 ? $0 : nil }
      count(.imageFeatures, identity, found: set.count - missing.count, of: set.count)
      try inFiles(missing, "image features") { indices, advance in
        let computed = Mutex<[Int: (hash: ContentHash, row: [Float])]>([:])
        try Self.features(set, Ranks.share(of: indices), backbone) { index, hash, row in
          computed.withLock { $0[index] = (hash, row) }
          advance(Ranks.count)
        }
        let known = computed.withLock(\.self)
        let own = Ranks.share(of: indices).flatMap { known[$0]!.row }
        let part = own.isEmpty ? nil : Variable(Tensor(shape: [own.count / embed, embed], own))
        let all = Variable.gatheringRanks(part, shares: Ranks.shares(of: indices.count), columns: embed).value.elements
        for (position, index) in indices.enumerated() {
          put(Array(all[position * embed..<(position + 1) * embed]), at: index)
        }
        if Ranks.isFirst { rows?.keep(indices.map { known[$0]?.hash ?? hashes[$0] }, floats: all) }
      }
    }
    state.withLock { $0.features[identity] = features }
    return features
  }

  /// The frozen model's normalised features of all texts of a list, `[texts, embed]`.
  ///
  /// - Parameter texts: Sequences of tokens, without prompts.
  /// - Throws: ``Failure`` if a text is too long.
  public func textFeatures(of texts: TextPrompts, by backbone: Backbone) throws -> Tensor {
    let list = ContentHash(of: texts.sequences.flatMap { [$0.count] + $0.map(\.token) })
    let identity = Self.identity(.textFeatures, [backbone.checksum], [list])
    if let known = state.withLock({ $0.features[identity] }) { return known }
    let (count, embed) = (texts.sequences.count, backbone.configuration.embedDimension)
    let rows = cache?.rows(
      .textFeatures, dependencies: [backbone.checksum, Self.encoding, arithmetic(of: backbone).texts],
      about: words(backbone), shape: [embed])
    let hashes = (0..<count).map { ContentHash(of: [list.high, list.low, UInt64($0)]) }
    let found = rows?.find(Set(hashes)) ?? [:]
    let known = hashes.compactMap { found[$0]?.floats }
    let isKnown = !Ranks.anyIsTrue(known.count != count)
    self.count(.textFeatures, identity, found: isKnown ? count : 0, of: count)
    let features =
      isKnown
      ? Tensor(shape: [count, embed], known.flatMap { $0 })
      : try backbone.model.textFeaturesOfRanks(texts).rowsNormalized().value
    if !isKnown, Ranks.isFirst {
      for start in stride(from: 0, to: count, by: RowCache.rowsPerFile) {
        let range = start..<min(start + RowCache.rowsPerFile, count)
        rows?.keep(Array(hashes[range]), floats: features.rows(range).elements)
      }
    }
    state.withLock { $0.features[identity] = features }
    return features
  }

  /// All images of a set at a model's size; those of files are decoded now and kept, if there is a cache.
  ///
  /// - Throws: ``Failure`` that begins with the name of the first image that cannot be read.
  package func fittedImages(of set: ImageSet, _ preprocessing: ImagePreprocessing) throws -> FittedImages {
    try set.requireImages()
    // What is drawn is drawn as fast as it is read.
    guard set.areFiles, let cache, Ranks.count == 1, isWorthKeeping(set, preprocessing) else {
      return FittedImages(set: set, preprocessing: preprocessing)
    }
    let hashes = try contentHashes(of: set)
    let side = preprocessing.size
    let rows = cache.rows(
      .images,
      dependencies: [Self.decoding]
        + (preprocessing.cropOffset == .halfToEven ? [] : [preprocessing.cropOffset.rawValue]),
      about: "\(side) × \(side) pixels", shape: [side, side, 3])
    var found = rows.find(Set(hashes))
    let missing = hashes.indices.filter { found[hashes[$0]] == nil }
    count(
      .images, Self.identity(.images, [preprocessing.words.pixels], hashes), found: set.count - missing.count,
      of: set.count)
    var isKept = true
    try inFiles(missing, "decoding images") { indices, advance in
      guard isKept else { return }
      let fitted = try Parallel.map(indices.count) { position in
        defer { advance(1) }
        return try set.fitted(at: indices[position], preprocessing)
      }
      isKept = rows.keep(fitted.map(\.hash), bytes: fitted.flatMap(\.image.pixels))
    }
    if !missing.isEmpty { found.merge(rows.find(Set(missing.map { hashes[$0] }))) { old, _ in old } }
    return FittedImages(set: set, preprocessing: preprocessing, rows: hashes.map { found[$0] })
  }

  /// Whether decoded images are kept: of very many, as of ImageNet-21K's 13 million, they would fill a disk, and a step decodes its own
  /// in a fraction of the time that encoding them takes.
  private func isWorthKeeping(_ set: ImageSet, _ preprocessing: ImagePreprocessing) -> Bool {
    set.count * 3 * preprocessing.size * preprocessing.size <= 4 << 30
  }

  /// Seconds that drawing and encoding the images of a set is likely to take where the cache has none of them, measured on a
  /// few.
  public func predictedSeconds(of set: ImageSet, by backbone: Backbone) throws -> Double {
    let count = min(set.count, 8 * Parallel.threadCount)
    let sample = set.subset((0..<count).map { $0 * set.count / count })
    // The first image also wakes what works on all others.
    try Self.features(sample, [0], backbone) { _, _, _ in }
    let duration = try ContinuousClock().measure {
      _ = try contentHashes(of: sample)
      try Self.features(sample, Array(0..<count), backbone) { _, _, _ in }
    }
    return duration / .seconds(1) * Double(set.count) / Double(count)
  }

  // MARK: Parts

  private func contentHashes(of set: ImageSet) throws -> [ContentHash] {
    try Parallel.map(set.count) { try set.contentHash(at: $0) }
  }

  /// Each image through the encoder on its own.
  ///
  /// - Parameter body: Called, on any thread, as soon as an image is encoded: with its place in the set, the hash of what it was made
  ///   from, and its normalised features.
  static func features(
    _ set: ImageSet, _ indices: [Int], _ backbone: Backbone,
    _ body: @Sendable (_ index: Int, _ hash: ContentHash, _ row: [Float]) throws -> Void
  ) throws {
    // Of many small images a thread takes a few at once: one by one costs a tenth more.
    let size = min(4, max(1, indices.count / 64))
    _ = try Parallel.map((indices.count + size - 1) / size) { number in
      let model = backbone.model
      for index in indices[number * size..<min((number + 1) * size, indices.count)] {
        let (hash, image) = try set.fitted(at: index, backbone.preprocessing)
        let pixels = backbone.preprocessing.tensor(pixels: image.pixels)
        try body(index, hash, model.imageFeatures(pixels).rowsNormalized().value.elements)
      }
    }
  }

  /// Calls `body` with as many indices as a file of the cache has rows, and a function to say how many are done.
  private func inFiles(
    _ indices: [Int], _ work: String, _ body: ([Int], @escaping @Sendable (Int) -> Void) throws -> Void
  ) rethrows {
    let tally = Tally(count: indices.count) { [progress] in progress(work, $0, $1) }
    for start in stride(from: 0, to: indices.count, by: RowCache.rowsPerFile) {
      try body(Array(indices[start..<min(start + RowCache.rowsPerFile, indices.count)])) { tally.advance($0) }
    }
  }

  private func count(_ kind: Cache.Kind, _ identity: ContentHash, found: Int, of count: Int) {
    guard cache != nil else { return }
    state.withLock { state in
      guard state.counted.insert(identity).inserted else { return }
      state.uses[kind, default: Use(kind: kind, found: 0, count: 0)].found += found
      state.uses[kind]!.count += count
    }
  }

  /// The fingerprint of the arithmetic, taken once for each backbone.
  public func arithmetic(of backbone: Backbone) -> Arithmetic {
    let key = backbone.checksum + backbone.preprocessing.words.values
    if let known = state.withLock({ $0.arithmetic[key] }) { return known }
    let sample = Arithmetic(of: backbone)
    state.withLock { $0.arithmetic[key] = sample }
    return sample
  }

  private static func identity(_ kind: Cache.Kind, _ dependencies: [String], _ hashes: [ContentHash]) -> ContentHash {
    let all = hashes + [ContentHash(of: ([kind.rawValue] + dependencies).joined(separator: "\n"))]
    return ContentHash(of: all.flatMap { [$0.high, $0.low] })
  }

  private func words(_ backbone: Backbone) -> String {
    "weights \(backbone.checksum.prefix(8)) of \(backbone.name), arithmetic \(arithmetic(of: backbone).digits.prefix(8))"
  }
}

/// How much is done of some work, counted on any thread.
private final class Tally: Sendable {
  private let done = Mutex(0)
  private let count: Int
  private let report: @Sendable (Int, Int) -> Void

  init(count: Int, report: @escaping @Sendable (Int, Int) -> Void) {
    self.count = count
    self.report = report
  }

  func advance(_ steps: Int) {
    done.withLock { done in
      done += steps
      report(done, count)
    }
  }
}

extension TextRow {
  /// The token of a row without a prompt.
  fileprivate var token: Int {
    guard case .token(let token) = self else { fatalError("the features of texts with prompts are not frozen") }
    return token
  }
}
