import Basics

extension Tensor {
  /// The pixels of square patches as rows, so that a patch embedding (a convolution whose stride is its width) is a product.
  ///
  /// - Parameter size: The patch's side in pixels; what does not fill a whole patch at the right and the bottom is left out.
  /// - Returns: `[images · patches, channels · size · size]` of images `[images, channels, height, width]`, patches from left
  ///   to right and top to bottom, a row's elements in the order of a convolution's weight.
  public func patches(of size: Int) -> Tensor {
    require(
      shape.count == 4 && shape[2] >= size && shape[3] >= size,
      "patches: images are [images, channels, height, width] of at least \(size)×\(size), not \(shape)")
    let (images, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
    let (down, across) = (height / size, width / size)
    let length = channels * size * size
    return Tensor(shape: [images * down * across, length]) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      Pieces.forEach(rows: images * down, costOfRow: across * length) { range in
        for row in range {
          let (image, y) = (row / down, row % down)
          for x in 0..<across {
            let patch = target.address + (row * across + x) * length
            for channel in 0..<channels {
              for line in 0..<size {
                let source = ((image * channels + channel) * height + y * size + line) * width + x * size
                (patch + (channel * size + line) * size).update(from: pointer + source, count: size)
              }
            }
          }
        }
      }
    }
  }
}

extension Variable {
  /// The patches of images as rows of the model's width.
  ///
  /// - Parameters:
  ///   - images: `[images, channels, height, width]`.
  ///   - weight: The convolution's, `[outputs, channels, size, size]`.
  /// - Returns: `[images · patches, outputs]`.
  public static func patchEmbedding(_ images: Tensor, weight: Variable) -> Variable {
    require(
      weight.shape.count == 4 && weight.shape[2] == weight.shape[3] && images.shape.count == 4
        && weight.shape[1] == images.shape[1],
      "patchEmbedding: a weight of shape \(weight.shape) for images of shape \(images.shape)")
    let rows = Variable(images.patches(of: weight.shape[2]))
    return rows.linear(weight: weight.reshaped([weight.shape[0], rows.value.columns]))
  }
}
