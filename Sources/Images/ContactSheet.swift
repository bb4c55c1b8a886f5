import Basics
import CCairo

/// Small pictures in a grid, each with a caption under it, below a title: for people to look at.
public struct ContactSheet: Sendable {
  /// A picture with the words under it.
  public struct Cell: Sendable {
    public var image: RGBImage
    /// One line under it; may be empty.
    public var caption: String

    /// A picture with the words under it.
    public init(image: RGBImage, caption: String) {
      self.image = image
      self.caption = caption
    }
  }

  /// The line above all pictures.
  public var title: String
  /// The pictures, row by row.
  public var cells: [Cell]
  /// Pictures in a row.
  public var columns: Int
  /// How many pixels of the sheet, in both directions, each pixel of a picture takes.
  public var scale: Int

  private static let margin = 12
  private static let titleSize = 18.0
  private static let captionSize = 12.0
  /// Cairo draws on surfaces up to this many pixels wide and high.
  private static let sideLimit = 32_767

  /// A sheet of pictures, `columns` in a row, each enlarged `scale` times without smoothing.
  public init(title: String, cells: [Cell], columns: Int, scale: Int = 1) {
    precondition(columns > 0 && scale > 0, "a sheet of \(columns) columns, enlarged \(scale) times")
    self.title = title
    self.cells = cells
    self.columns = columns
    self.scale = scale
  }

  /// Draws the sheet and writes it to a PNG file, whole or not at all.
  ///
  /// - Throws: ``Failure`` when the sheet is too large to draw, or naming the path when it cannot be written.
  public func write(to path: String) throws {
    try rendered().writePNG(to: path)
  }

  /// Draws the sheet: dark text on white.
  ///
  /// Columns are as wide as the widest picture or caption needs.
  ///
  /// - Throws: ``Failure`` when the sheet would be wider or higher than 32,767 pixels.
  public func rendered() throws -> RGBImage {
    let ruler = try Canvas(width: 1, height: 1)
    let titleLine = ruler.line(size: Self.titleSize)
    let captionLine = ruler.line(size: Self.captionSize)
    let imageHeight = (cells.map(\.image.height).max() ?? 0) * scale
    let cellWidth = max(
      (cells.map(\.image.width).max() ?? 0) * scale,
      cells.map { ruler.width(of: $0.caption, size: Self.captionSize) }.max() ?? 0)
    let cellHeight = imageHeight + captionLine.height
    let rows = (cells.count + columns - 1) / columns
    let usedColumns = min(columns, cells.count)
    let top = Self.margin * 2 + titleLine.height

    let sheetWidth = max(
      Self.margin + usedColumns * (cellWidth + Self.margin),
      ruler.width(of: title, size: Self.titleSize) + 2 * Self.margin)
    let canvas = try Canvas(width: sheetWidth, height: top + rows * (cellHeight + Self.margin))
    canvas.write(title, x: Self.margin, baseline: Self.margin + titleLine.ascent, size: Self.titleSize)

    func place(_ index: Int) -> (x: Int, y: Int) {
      (
        Self.margin + index % columns * (cellWidth + Self.margin),
        top + index / columns * (cellHeight + Self.margin)
      )
    }
    for (index, cell) in cells.enumerated() {
      let (x, y) = place(index)
      let indent = (cellWidth - canvas.width(of: cell.caption, size: Self.captionSize)) / 2
      canvas.write(
        cell.caption, x: x + indent, baseline: y + imageHeight + captionLine.ascent, size: Self.captionSize)
    }
    var sheet = canvas.image()
    for (index, cell) in cells.enumerated() {
      let (x, y) = place(index)
      sheet.paste(cell.image, scale: scale, x: x + (cellWidth - cell.image.width * scale) / 2, y: y)
    }
    return sheet
  }

  /// A white cairo surface to write on.
  private final class Canvas {
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let width: Int
    private let height: Int

    init(width: Int, height: Int) throws {
      guard max(width, height) <= ContactSheet.sideLimit else {
        throw Failure(
          "a contact sheet of \(width)×\(height) pixels cannot be drawn; \(ContactSheet.sideLimit) a side is the limit: "
            + "take fewer pictures, another number of columns or a smaller scale")
      }
      self.width = width
      self.height = height
      surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
      context = cairo_create(surface)
      let status = cairo_status(context)
      guard status == CAIRO_STATUS_SUCCESS else {
        throw Failure("a contact sheet cannot be drawn: \(String(cString: cairo_status_to_string(status)))")
      }
      cairo_set_source_rgb(context, 1, 1, 1)
      cairo_paint(context)
      cairo_set_source_rgb(context, 0.1, 0.1, 0.1)
      cairo_select_font_face(context, "sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
    }

    deinit {
      cairo_destroy(context)
      cairo_surface_destroy(surface)
    }

    /// Pixels that a line of text takes, and how many of them are above its baseline.
    func line(size: Double) -> (height: Int, ascent: Int) {
      cairo_set_font_size(context, size)
      var extents = cairo_font_extents_t()
      cairo_font_extents(context, &extents)
      return (Int(extents.height.rounded(.up)), Int(extents.ascent.rounded(.up)))
    }

    /// Pixels that the text takes in a line.
    func width(of text: String, size: Double) -> Int {
      cairo_set_font_size(context, size)
      var extents = cairo_text_extents_t()
      cairo_text_extents(context, text, &extents)
      return Int(extents.x_advance.rounded(.up))
    }

    func write(_ text: String, x: Int, baseline: Int, size: Double) {
      cairo_set_font_size(context, size)
      cairo_move_to(context, Double(x), Double(baseline))
      cairo_show_text(context, text)
    }

    /// What was drawn so far.
    func image() -> RGBImage {
      cairo_surface_flush(surface)
      var image = RGBImage(width: width, height: height, gray: 255)
      guard let data = cairo_image_surface_get_data(surface) else { return image }
      let stride = Int(cairo_image_surface_get_stride(surface))
      for y in 0..<height {
        // RGB24 is a 32-bit word a pixel, its upper 8 bits unused, in the machine's order of bytes.
        let row = UnsafeRawPointer(data + y * stride)
        for x in 0..<width {
          let word = row.load(fromByteOffset: x * 4, as: UInt32.self)
          let place = (y * width + x) * 3
          image.pixels[place] = UInt8(truncatingIfNeeded: word >> 16)
          image.pixels[place + 1] = UInt8(truncatingIfNeeded: word >> 8)
          image.pixels[place + 2] = UInt8(truncatingIfNeeded: word)
        }
      }
      return image
    }
  }
}

extension RGBImage {
  /// Puts an enlarged picture over this one, which must have room for it.
  fileprivate mutating func paste(_ image: RGBImage, scale: Int, x: Int, y: Int) {
    for row in 0..<image.height * scale {
      for column in 0..<image.width * scale {
        let source = (row / scale * image.width + column / scale) * 3
        let target = ((y + row) * width + x + column) * 3
        for channel in 0..<3 { pixels[target + channel] = image.pixels[source + channel] }
      }
    }
  }
}
