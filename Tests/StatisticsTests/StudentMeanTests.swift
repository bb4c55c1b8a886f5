import Statistics
import Testing
struct StudentMeanTests { @Test func a() throws { _ = try Estimate.studentMean(of: [1,2]) } }
