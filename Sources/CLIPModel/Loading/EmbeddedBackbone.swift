import Foundation

/// The backbones that come with RPP, see `Resources/Embedded/README.md`.
enum EmbeddedBackbone: String, CaseIterable {
  case student
  case teacher

  var name: String { "embedded:\(rawValue)" }
  var path: String { "\(Bundle.module.bundlePath)/Embedded/\(rawValue).safetensors" }
}
