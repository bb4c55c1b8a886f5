import Basics
import Foundation
import Tensors

extension BackboneWeights {
  /// A ``Checksum`` over the names, shapes and values of all weights in the order of their names.
  var checksum: String {
    let lines = configuration.weightShapes.sorted { $0.name < $1.name }.map { name, shape in
      let hash = tensors[name].map { $0.withElements { Checksum.of(UnsafeRawBufferPointer($0)) } } ?? ""
      return "\(name) \(shape) \(hash)\n"
    }
    return Checksum.of(Data(lines.joined().utf8))
  }
}
