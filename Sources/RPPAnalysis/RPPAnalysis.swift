// What users import for studies: results, statistics and reports. Links GSL, which RPP does not.
@_exported import Experiments
@_exported import Reports
@_exported import Statistics
