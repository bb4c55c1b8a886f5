// swift-tools-version: 6.0
import PackageDescription

/// The prompt structures and supervisions that come with RPP: one folder and one target each.
/// Removing one takes its folder, its line here and its line in `Sources/RPP/StandardPlugins.swift`.
let plugins = [
  "ZeroShot", "CoOp", "CoCoOp", "VPT", "IVLP", "MaPLe", "SAPL", "HardLabel", "SoftLabelKD", "FeatureConsistency",
]

let package = Package(
  name: "RPP",
  products: [
    .library(name: "RPP", targets: ["RPP"]),
    .library(name: "RPPConformance", targets: ["RPPConformance"]),
    .executable(name: "rpp", targets: ["CommandLineTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Libraries of Debian: module maps only.
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CGSL"),
    .systemLibrary(name: "CCairo"),
    .systemLibrary(name: "CXXHash"),
    .systemLibrary(name: "CZlib"),

    // C, where Swift cannot: run-time choice of vector instructions, and libraries that report errors by longjmp.
    .target(name: "CVectorKernels"),
    .target(
      name: "CImageCodecs", linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp")]),

    .target(name: "Basics", dependencies: ["CXXHash"]),
    .target(name: "SafeTensors", dependencies: ["Basics"]),
    .target(name: "Caching", dependencies: ["Basics", "SafeTensors"]),
    .target(name: "Tensors", dependencies: ["Basics", "SafeTensors", "COpenBLAS", "CVectorKernels"]),
    .target(name: "Images", dependencies: ["Basics", "CImageCodecs", "CCairo"]),
    .target(name: "Tokenization", dependencies: ["Basics", "CZlib"]),
    .target(name: "EmbeddedWorld", dependencies: ["Basics", "Images"]),
    .target(
      name: "CLIP", dependencies: ["Basics", "Tensors", "SafeTensors", "Tokenization", "Images"],
      resources: [.copy("Resources/Embedded")]),
    .target(name: "Datasets", dependencies: ["Basics", "Images", "EmbeddedWorld"]),
    .target(name: "Optimization", dependencies: ["Basics", "Tensors", "SafeTensors"]),
    .target(name: "BackboneTraining", dependencies: ["CLIP", "EmbeddedWorld", "Optimization"]),
    .target(
      name: "PromptLearning",
      dependencies: ["Basics", "CLIP", "Caching", "Datasets", "Images", "Optimization", "SafeTensors", "Tensors"]),
    .target(
      name: "Experiments",
      dependencies: ["Basics", "CGSL", "CLIP", "Datasets", "Optimization", "PromptLearning", "Tensors"]),
    .target(
      name: "RPP",
      dependencies: [
        "BackboneTraining", "Basics", "CLIP", "Caching", "Datasets", "EmbeddedWorld", "Experiments", "Images",
        "Optimization", "PromptLearning", "Tensors", "Tokenization", "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + plugins.map { .byName(name: $0) }),
    .executableTarget(name: "CommandLineTool", dependencies: ["RPP"]),

    // What a plugin's test calls to see whether it is a good plugin.
    .target(
      name: "RPPConformance", dependencies: ["Basics", "CLIP", "Optimization", "PromptLearning", "Tensors"]),

    // What several test targets share.
    .target(
      name: "TestSupport", dependencies: ["Basics", "CLIP", "SafeTensors", "Tensors"], path: "Tests/TestSupport"),

    .testTarget(name: "BasicsTests", dependencies: ["Basics", "TestSupport"]),
    .testTarget(name: "SafeTensorsTests", dependencies: ["Basics", "SafeTensors"]),
    .testTarget(name: "CachingTests", dependencies: ["Basics", "Caching", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Basics", "SafeTensors", "Tensors"]),
    .testTarget(name: "OptimizationTests", dependencies: ["Optimization", "Tensors"]),
    .testTarget(
      name: "BackboneTrainingTests",
      dependencies: [
        "BackboneTraining", "Basics", "CLIP", "EmbeddedWorld", "Optimization", "SafeTensors", "Tensors", "Tokenization",
      ]),
    .testTarget(
      name: "ImagesTests", dependencies: ["Basics", "Images", "SafeTensors"], resources: [.copy("Resources")]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "Basics"], resources: [.copy("Resources")]),
    .testTarget(
      name: "CLIPTests",
      dependencies: ["Basics", "CLIP", "Images", "SafeTensors", "Tensors", "TestSupport", "Tokenization"]),
    .testTarget(name: "EmbeddedWorldTests", dependencies: ["EmbeddedWorld"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Basics", "Datasets", "EmbeddedWorld", "Images"]),
    .testTarget(
      name: "PromptLearningTests",
      dependencies: [
        "Basics", "CLIP", "Caching", "Datasets", "Images", "Optimization", "PromptLearning", "SafeTensors", "Tensors",
      ] + plugins.map { .byName(name: $0) }),
    .testTarget(name: "CommandLineTests", dependencies: ["Basics", "CommandLineTool", "Images"]),
    .testTarget(name: "RPPTests", dependencies: ["RPP", "CoOp", "HardLabel"]),
    .testTarget(
      name: "PluginTests",
      dependencies: ["Basics", "CLIP", "Optimization", "PromptLearning", "SafeTensors", "Tensors", "TestSupport"]
        + plugins.map { .byName(name: $0) }),
    .testTarget(
      name: "RPPConformanceTests",
      dependencies: ["Basics", "CLIP", "PromptLearning", "RPPConformance", "Tensors"]
        + plugins.map { .byName(name: $0) }),
  ]
    + plugins.map {
      .target(name: $0, dependencies: ["Basics", "CLIP", "PromptLearning", "Tensors"], path: "Plugins/\($0)")
    },
  swiftLanguageModes: [.v6]
)
