import Basics

/// `preprocessor_config.json` of a Hugging Face CLIP; what is missing there has the value of transformers'
/// `CLIPImageProcessor`.
struct HuggingFacePreprocessing: Decodable {
  /// A number, or an object of sides.
  enum Size: Decodable {
    case shorterSide(Int)
    case square(Int)
    case other(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        self = .shorterSide(number)
        return
      }
      let sides = try container.decode([String: Int].self)
      let (height, width) = (sides["height"], sides["width"])
      if let side = sides["shortest_edge"], sides.count == 1 {
        self = .shorterSide(side)
      } else if let height, height == width, sides.count == 2 {
        self = .square(height)
      } else {
        self = .other(sides.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
      }
    }
  }

  var imageProcessorType: String?
  var featureExtractorType: String?
  var doResize: Bool?
  var size: Size?
  var resample: Int?
  var doCenterCrop: Bool?
  var cropSize: Size?
  var doRescale: Bool?
  var rescaleFactor: Double?
  var doNormalize: Bool?
  var doPad: Bool?
  var imageMean: [Float]?
  var imageStd: [Float]?

  /// The settings, checked.
  ///
  /// - Throws: ``Failure`` naming the entry that asks for something else than CLIP does.
  func preprocessing(for configuration: CLIPConfiguration, origin: String) throws -> ImagePreprocessing {
    func require(_ holds: Bool, _ problem: String) throws {
      guard holds else { throw Failure("\(origin): \(problem)") }
    }
    let kind = imageProcessorType ?? featureExtractorType ?? "CLIPImageProcessor"
    try require(kind.hasPrefix("CLIP"), "the image processor is \(kind.debugDescription); only CLIP's is supported")
    try require(doResize ?? true, "do_resize is false; images of any size need it")
    try require((resample ?? 3) == 3, "resample is \(resample ?? 3); only 3, bicubic, is supported")
    try require(doCenterCrop ?? true, "do_center_crop is false; only a crop at the centre is supported")
    try require(doRescale ?? true, "do_rescale is false; pixels are always scaled to [0, 1]")
    let factor = rescaleFactor ?? 1.0 / 255
    try require(abs(factor * 255 - 1) < 1e-6, "rescale_factor is \(factor); only 1/255 is supported")
    try require(!(doPad ?? false), "do_pad is true; images are cropped, not padded")
    let expected = configuration.imageSize
    switch size ?? .shorterSide(224) {
    case .shorterSide(expected): break
    case .shorterSide(let side): try require(false, "size is \(side), the model takes \(expected) pixels")
    case .square:
      try require(false, "size has height and width, which distorts images; only shortest_edge is supported")
    case .other(let sides): try require(false, "size is {\(sides)}; only shortest_edge is supported")
    }
    switch cropSize ?? .square(224) {
    case .square(expected), .shorterSide(expected): break
    case .square(let side), .shorterSide(let side):
      try require(false, "crop_size is \(side), the model takes \(expected) pixels")
    case .other(let sides): try require(false, "crop_size is {\(sides)}; only a square is supported")
    }
    var preprocessing = ImagePreprocessing(size: expected)
    preprocessing.cropOffset = .down
    if doNormalize ?? true {
      preprocessing.mean = imageMean ?? preprocessing.mean
      preprocessing.deviation = imageStd ?? preprocessing.deviation
    } else {
      (preprocessing.mean, preprocessing.deviation) = ([0, 0, 0], [1, 1, 1])
    }
    try preprocessing.validate(for: configuration, origin: origin)
    return preprocessing
  }
}
