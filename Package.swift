// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "RPP",
  products: [
    // What programs and plugins import; brings neither Yams, ArgumentParser nor GSL along.
    .library(name: "RPP", targets: ["RPP"]),
    // The command line as a type, for executables with plugins of their own.
    .library(name: "RPPCommandLine", targets: ["RPPCommandLine"]),
    .library(name: "RPPConformance", targets: ["RPPConformance"]),
    // Studies, statistics and reports; links GSL.
    .library(name: "RPPAnalysis", targets: ["RPPAnalysis"]),
    .executable(name: "rpp", targets: ["CommandLineTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // Libraries of Debian: module maps only.
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CGSL"),
    .systemLibrary(name: "CLAPACKE"),
    .systemLibrary(name: "CCairo"),
    .systemLibrary(name: "CXXHash"),
    .systemLibrary(name: "CZlib"),

    // C, where Swift cannot: run-time choice of vector instructions, and libraries that report errors by longjmp.
    .target(name: "CVectorKernels"),
    .target(name: "CHalfProducts", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(
      name: "CImageCodecs", linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png"), .linkedLibrary("webp")]),

    .target(name: "Basics", dependencies: ["CXXHash"]),
    .target(name: "SafeTensors", dependencies: ["Basics"]),
    .target(name: "PyTorchFiles", dependencies: ["Basics", "CZlib", "SafeTensors"]),
    .target(
      name: "Tensors",
      dependencies: ["Basics", "PyTorchFiles", "SafeTensors", "CHalfProducts", "COpenBLAS", "CVectorKernels"]),
    .target(name: "Images", dependencies: ["Basics", "CImageCodecs", "CCairo"]),
    .target(name: "Tokenization", dependencies: ["Basics", "CZlib"]),
    .target(name: "EmbeddedWorld", dependencies: ["Basics", "Images"]),
    .target(
      name: "CLIPModel",
      dependencies: ["Basics", "Tensors", "PyTorchFiles", "SafeTensors", "Tokenization", "Images"],
      resources: [.copy("Resources/Embedded")]),
    .target(name: "Datasets", dependencies: ["Basics", "Images", "EmbeddedWorld", "PyTorchFiles", "SafeTensors"]),
    .target(name: "Optimization", dependencies: ["Basics", "Tensors", "SafeTensors"]),
    .target(name: "BackboneTraining", dependencies: ["CLIPModel", "EmbeddedWorld", "Optimization"]),
    .target(
      name: "PromptLearning",
      dependencies: [
        "Basics", "CLIPModel", "Images", "Optimization", "PyTorchFiles", "SafeTensors", "Tensors", "Tokenization",
      ]),
    // The methods: one folder each. Removing one takes its folder and its line in `Plugins/StandardPlugins.swift`.
    .target(
      name: "StandardPlugins", dependencies: ["Basics", "CLIPModel", "Optimization", "PromptLearning", "Tensors"],
      path: "Plugins"),
    .target(
      name: "FeatureStore", dependencies: ["Basics", "CLIPModel", "Datasets", "Images", "SafeTensors", "Tensors"]),
    .target(
      name: "Training",
      dependencies: [
        "Basics", "CLIPModel", "Datasets", "FeatureStore", "Images", "Optimization", "PromptLearning", "SafeTensors",
        "Tensors",
      ]),
    .target(
      name: "Experiments",
      dependencies: [
        "Basics", "CLIPModel", "Datasets", "FeatureStore", "Optimization", "PromptLearning", "Tensors", "Training",
      ]),
    .target(name: "Statistics", dependencies: ["Basics", "CGSL", "CLAPACKE"]),
    // Theorem 1 by experiment; knows nothing of CLIP.
    .target(name: "BoundAnalysis", dependencies: ["Basics", "CGSL", "Statistics"]),
    .target(
      name: "Reports",
      dependencies: [
        "Basics", "BoundAnalysis", "CLIPModel", "Datasets", "Experiments", "Statistics", "Training",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Templates")]),
    // The sweep of λ over prompts as such a family.
    .target(
      name: "PromptBounds",
      dependencies: [
        "Basics", "BoundAnalysis", "CLIPModel", "Datasets", "FeatureStore", "Optimization", "PromptLearning", "Tensors",
        "Training",
      ]),
    .target(
      name: "RPPAnalysis", dependencies: ["BoundAnalysis", "Experiments", "PromptBounds", "Reports", "Statistics"]),
    .target(
      name: "RPP",
      dependencies: [
        "Basics", "CLIPModel", "Datasets", "EmbeddedWorld", "FeatureStore", "Images", "Optimization", "PromptLearning",
        "StandardPlugins", "Tensors", "Training",
      ]),
    .target(
      name: "RPPCommandLine",
      dependencies: [
        "BackboneTraining", "Basics", "BoundAnalysis", "CLIPModel", "Datasets", "EmbeddedWorld", "Experiments",
        "FeatureStore", "Images",
        "Optimization", "PromptBounds", "PromptLearning", "Reports", "RPP", "SafeTensors", "StandardPlugins",
        "Statistics", "Tensors",
        "Tokenization",
        "Training",
        "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "CommandLineTool", dependencies: ["RPPCommandLine"]),

    // What a plugin's test calls to see whether it is a good plugin.
    .target(
      name: "RPPConformance", dependencies: ["Basics", "CLIPModel", "Optimization", "PromptLearning", "Tensors"]),

    // What several test targets share.
    .target(
      name: "TestSupport",
      dependencies: ["Basics", "CLIPModel", "Images", "PromptLearning", "SafeTensors", "StandardPlugins", "Tensors"],
      path: "Tests/TestSupport"),

    .testTarget(name: "BasicsTests", dependencies: ["Basics", "TestSupport"]),
    .testTarget(name: "SafeTensorsTests", dependencies: ["Basics", "SafeTensors"]),
    .testTarget(
      name: "PyTorchFilesTests", dependencies: ["Basics", "PyTorchFiles", "TestSupport"],
      resources: [.copy("Resources")]),
    .testTarget(name: "TensorsTests", dependencies: ["Basics", "SafeTensors", "Tensors"]),
    .testTarget(name: "OptimizationTests", dependencies: ["Optimization", "Tensors"], exclude: ["logistic.py"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Basics", "CGSL", "Statistics"], exclude: ["golden.py"],
      resources: [.copy("Resources")]),
    .testTarget(name: "BoundAnalysisTests", dependencies: ["Basics", "BoundAnalysis", "CGSL", "Statistics"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Basics", "BoundAnalysis", "CLIPModel", "Datasets", "Experiments", "Reports", "Statistics", "TestSupport",
        "Training",
      ]),
    .testTarget(
      name: "BackboneTrainingTests",
      dependencies: [
        "BackboneTraining", "Basics", "CLIPModel", "EmbeddedWorld", "Optimization", "SafeTensors", "Tensors",
        "Tokenization",
      ]),
    .testTarget(
      name: "ImagesTests", dependencies: ["Basics", "Images", "SafeTensors"], exclude: ["golden.py"],
      resources: [.copy("Resources")]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "Basics"], resources: [.copy("Resources")]),
    .testTarget(
      name: "CLIPModelTests",
      dependencies: [
        "Basics", "CLIPModel", "Images", "PyTorchFiles", "SafeTensors", "Tensors", "TestSupport", "Tokenization",
      ]),
    .testTarget(name: "EmbeddedWorldTests", dependencies: ["EmbeddedWorld"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Basics", "Datasets", "EmbeddedWorld", "Images", "TestSupport"]),
    .testTarget(
      name: "FeatureStoreTests",
      dependencies: [
        "Basics", "CLIPModel", "Datasets", "FeatureStore", "Images", "SafeTensors", "Tensors", "TestSupport",
      ]),
    .testTarget(
      name: "PromptLearningTests",
      dependencies: ["Basics", "CLIPModel", "PromptLearning", "StandardPlugins", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Basics", "CLIPModel", "Datasets", "FeatureStore", "Images", "Optimization", "PromptLearning", "SafeTensors",
        "StandardPlugins", "Tensors", "TestSupport", "Training",
      ]),
    .testTarget(
      name: "RPPCommandLineTests",
      dependencies: ["Basics", "CommandLineTool", "Images", "RPP", "RPPCommandLine", "TestSupport"]),
    .testTarget(name: "RPPTests", dependencies: ["RPP"]),
    .testTarget(
      name: "PromptBoundsTests",
      dependencies: [
        "Basics", "BoundAnalysis", "CLIPModel", "Datasets", "Optimization", "PromptBounds", "PromptLearning",
        "StandardPlugins", "TestSupport", "Training",
      ]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Basics", "CLIPModel", "Datasets", "Experiments", "PromptLearning", "StandardPlugins", "TestSupport", "Tensors",
        "Training",
      ]),
    .testTarget(
      name: "StandardPluginsTests",
      dependencies: [
        "Basics", "CLIPModel", "Optimization", "PromptLearning", "PyTorchFiles", "SafeTensors", "StandardPlugins",
        "Tensors", "TestSupport",
      ]),
    .testTarget(
      name: "RPPConformanceTests",
      dependencies: ["Basics", "CLIPModel", "PromptLearning", "RPPConformance", "StandardPlugins", "Tensors"]),
  ],
  swiftLanguageModes: [.v6]
)

// `make mpi` sets it: the default build needs no MPI.
if Context.environment["RPP_MPI"] != nil {
  package.products.append(.executable(name: "rpp-mpi", targets: ["MPITool"]))
  package.targets += [
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c"),
    .target(name: "MPIRanks", dependencies: ["Basics", "CMPI"]),
    .executableTarget(name: "MPITool", dependencies: ["MPIRanks", "RPPCommandLine"]),
  ]
}
