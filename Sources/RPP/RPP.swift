// What users import: everything that a program of theirs, or a plugin's test, needs.
@_exported import Basics
@_exported import CLIPModel
@_exported import Datasets
@_exported import FeatureStore
@_exported import Images
@_exported import Optimization
@_exported import PromptLearning
@_exported import StandardPlugins
@_exported import Tensors
@_exported import Training
