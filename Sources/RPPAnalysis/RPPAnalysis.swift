// What programs import that compare methods and analyse them; with GSL, so a binary of it is under the GPL's terms.
@_exported import Experiments
@_exported import Reports
@_exported import Statistics
