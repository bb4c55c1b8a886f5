// What users import for studies and sweeps: results, statistics and reports. Links GSL, which RPP does not.
@_exported import BoundAnalysis
@_exported import Experiments
@_exported import PromptBounds
@_exported import Reports
@_exported import Statistics
