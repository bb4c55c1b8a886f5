import Basics
import BoundAnalysis
import Foundation
import Testing

import Reports

/// The files of a sweep for other programs: what is in them, and that curves.csv follows from the others by the formulas of the
/// article "What Theorem 1 says, and how we check it".
struct BoundCSVTests {
  private static func files(_ sweep: SyntheticSweep) throws -> (draws: CSVRows, details: CSVRows, curves: CSVRows) {
    let report = try BoundReport(sweep.results(), provenance: .testing)
    return (
      try CSVRows(DrawsCSV.text(report.results)), try CSVRows(DetailsCSV.text(report.results)),
      try CSVRows(CurvesCSV.text(report))
    )
  }

  @Test func drawsHaveTheColumnsThatWereAgreed() throws {
    var sweep = SyntheticSweep()
    sweep.weights = "0,1e-1,inf"
    sweep.names = ["a \"name\", with commas\nand a line break", "b"]
    let text = DrawsCSV.text(try sweep.results())
    #expect(
      text.hasPrefix(
        "structure,lambda,size,draw,trainingLoss,heldOutLoss,gap,zeroShotGap,xStar,xStarHeldOut,rSample,rPool,gradientNorm,"
          + "objectiveChange,localised,inSet,converged,accuracy,newClassAccuracy\n"))
    let rows = try CSVRows(text).rows
    #expect(rows.count == 2 * 3 * 2 * 40)
    #expect(rows[0]["structure"] == sweep.names[0])
    // λ as typed, true and false, nothing where nothing is known.
    #expect(Set(rows.map { $0["lambda"]! }) == ["0", "1e-1", "inf"])
    for column in ["localised", "inSet", "converged"] {
      #expect(Set(rows.map { $0[column]! }).isSubset(of: ["true", "false"]))
    }
    #expect(rows[0]["newClassAccuracy"] == "" && rows[0]["gradientNorm"] == "")
    #expect(rows.last!["gradientNorm"] != "")
    // The numbers read back as they were.
    let results = try sweep.results()
    let point = results.sweeps[1].draws[3].points[1]
    let row = try #require(rows.first { $0["structure"] == "b" && $0["lambda"] == "1e-1" && $0["draw"] == "3" })
    #expect(row.number("trainingLoss") == point.trainingLoss && row.number("rPool") == point.rPool)
    #expect(row.number("gap") == point.heldOutLoss - point.trainingLoss)
    #expect(
      row.number("zeroShotGap") == results.sweeps[1].zeroShotHeldOutLoss
        - results.sweeps[1].draws[3].zeroShotTrainingLoss)
    #expect(row["inSet"] == "\(point.rPool <= results.sweeps[1].radius(point.weight, size: 24))")
  }

  @Test func curvesBeginAsAgreedAndHaveEveryLine() throws {
    var sweep = SyntheticSweep()
    sweep.names = ["coop:contextLength=4", "sapl"]
    let (_, _, curves) = try Self.files(sweep)
    #expect(Array(curves.columns.prefix(4)) == ["structure", "lambda", "size", "draws"])
    for column in [
      "gapMean", "gapLow", "gapHigh", "gapQuantile", "concentration", "bNeeded", "bNeededHigh", "bRademacher",
      "bCertificate", "bound", "coverage", "coverageLow", "coverageHigh",
    ] {
      #expect(curves.columns.contains(column))
    }
    #expect(curves.columns.count == Set(curves.columns).count)
    #expect(curves.rows.count == 2 * 6 * 2)
    #expect(curves.matching(["structure": "sapl", "lambda": "inf", "size": "96"]).count == 1)
  }

  /// `numpy.quantile`.
  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    let place = Double(sorted.count - 1) * share
    let below = Int(place)
    return sorted[below] + (place - Double(below)) * (sorted[min(below + 1, sorted.count - 1)] - sorted[below])
  }

  /// The largest p with q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)) ≤ d, for q in (0, 1), by bisection.
  private static func inverse(_ q: Double, _ d: Double) -> Double {
    var (low, high) = (q, 1.0)
    for _ in 0..<200 {
      let p = (low + high) / 2
      if q * log(q / p) + (1 - q) * log((1 - q) / (1 - p)) <= d { low = p } else { high = p }
    }
    return low
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// P(Binomial(n, p) ≤ k).
  private static func binomial(_ k: Int, _ n: Int, _ p: Double) -> Double {
    var sum = 0.0
    for i in 0...k {
      let (successes, failures) = (Double(i), Double(n - i))
      let choices = lgamma(Double(n + 1)) - lgamma(successes + 1) - lgamma(failures + 1)
      sum += exp(choices + successes * log(p) + failures * log(1 - p))
    }
    return sum
  }

  @Test func everyEstimateFollowsFromTheDraws() throws {
    var sweep = SyntheticSweep()
    sweep.unsettled = [1]
    sweep.posteriorSamples = 100
    let (draws, details, curves) = try Self.files(sweep)
    for curve in curves.rows {
      let key = ["structure", "lambda", "size"].reduce(into: [:]) { $0[$1] = curve[$1]! }
      let all = draws.matching(key)
      let own = all.filter { $0["localised"] == "true" }
      let (size, delta) = (curve.number("size"), curve.number("delta"))
      #expect(curve.number("draws") == Double(all.count) && curve.number("localisedDraws") == Double(own.count))
      #expect(curve["lambda"] != "0.1" || own.count == 14)
      func close(_ column: String, _ value: Double, sourceLocation: SourceLocation = #_sourceLocation) {
        let found = curve.number(column)
        #expect(
          abs(found - value) <= 1e-9 * max(1, abs(value)), "\(column) at \(key): \(found), not \(value)",
          sourceLocation: sourceLocation)
      }
      close("inSet", Double(all.count { $0["inSet"] == "true" }) / Double(all.count))
      close("converged", Double(all.count { $0["converged"] == "true" }) / Double(all.count))
      let gaps = own.map { $0.number("heldOutLoss") - $0.number("trainingLoss") }
      close("gapMean", Self.mean(gaps))
      close("gapQuantile", Self.quantile(gaps, 1 - delta))
      #expect(curve.number("gapQuantileLow") <= curve.number("gapQuantile"))
      #expect(curve.number("gapQuantileHigh") >= curve.number("gapQuantile"))
      let factor = (log(1 / delta) / (2 * size)).squareRoot()
      let concentrations = own.map { $0.number("xStar") * factor }
      close("concentration", Self.mean(concentrations))
      let needed = zip(gaps, concentrations).map { $0 - $1 }
      close("bNeededUnclipped", Self.quantile(needed, 1 - delta))
      close("bNeeded", max(0, Self.quantile(needed, 1 - delta)))
      // The least k with P(Binomial(K, 1 − δ) ≤ k − 1) ≥ 0.95.
      if let rank = (1...own.count).first(where: { Self.binomial($0 - 1, own.count, 1 - delta) >= 0.95 }) {
        close("bNeededHigh", max(0, needed.sorted()[rank - 1]))
      } else {
        #expect(curve["bNeededHigh"] == "")
      }
      let maxima = details.matching(key).filter { $0["purpose"] == "estimate" }.map { $0.number("signedMaximum") }
        .filter { !$0.isNaN }
      #expect(maxima.count == 10)
      let rademacher = Self.mean(maxima)
      close("bRademacher", rademacher)
      let bounds = concentrations.map { $0 + rademacher }
      close("bound", Self.mean(bounds))
      close("coverage", Double(zip(gaps, bounds).count { $0 <= $1 }) / Double(own.count))
      // ρ from the pilots; e^X √(2ρ).
      let pilots = details.matching(key).filter { $0["purpose"] == "pilot" }.map { $0.number("rPool") }
      if curve["lambda"] == "0" {
        #expect(curve["radius"] == "inf" && curve["bCertificate"] == "")
      } else {
        close("radius", pilots.max()!)
        close("bCertificate", exp(own.map { $0.number("xStar") }.max()!) * (2 * pilots.max()!).squareRoot())
      }
      // B of the even draws tested on the odd ones and the other way round.
      let halves = [0, 1].map { parity in own.indices.filter { Int(own[$0]["draw"]!)! % 2 == parity } }
      let ranks = halves.map { Int((Double($0.count + 1) * (1 - delta) - 1e-9).rounded(.up)) }
      if zip(ranks, halves).allSatisfy({ $0 <= $1.count }) {
        let fitted = zip(ranks, halves).map { rank, half in max(0, half.map { needed[$0] }.sorted()[rank - 1]) }
        close("bFittedOnEven", fitted[0])
        close("bFittedOnOdd", fitted[1])
        let held = zip(halves, fitted.reversed()).reduce(0) { sum, part in
          sum + part.0.count { needed[$0] <= part.1 }
        }
        close("crossFittedCoverage", Double(held) / Double(own.count))
      } else {
        #expect(curve["crossFittedCoverage"] == "")
      }
      // PAC-Bayes: over all draws, localised or not.
      let posteriors = details.matching(key).filter { $0["purpose"] == "estimate" }
      let errors = posteriors.map { $0.number("posteriorTrainingError") }
      let pacBayes = posteriors.map { row in
        let sampled = Self.inverse(
          row.number("posteriorTrainingError"), log(1 / (0.1 * delta)) / row.number("posteriorSamples"))
        return Self.inverse(
          sampled, (row.number("posteriorDivergence") + log(2 * size.squareRoot() * 9 / (0.9 * delta))) / size)
      }
      close("pacBayesBound", Self.mean(pacBayes))
      close("pacBayesTrainingError", Self.mean(errors))
      let heldOut = posteriors.map { $0.number("posteriorHeldOutError") }
      close("pacBayesHeldOutError", Self.mean(heldOut))
      close("pacBayesCoverage", Double(zip(heldOut, pacBayes).count { $0 <= $1 }) / Double(all.count))
      close("pacBayesDivergence", Self.mean(posteriors.map { $0.number("posteriorDivergence") }))
      close("pacBayesDeviation", Self.quantile(posteriors.map { $0.number("posteriorDeviation") }, 0.5))
      // X from the pool: the largest over all draws.
      let pool = own.map { $0.number("xStarHeldOut") }.max()!
      close("concentrationHeldOut", pool * factor)
      close("concentrationCap", curve.number("lossCap") * factor)
      close("bNeededHeldOut", max(0, Self.quantile(gaps.map { $0 - pool * factor }, 1 - delta)))
      // Beyond zero-shot: least squares.
      let zeroShot = own.map { $0.number("zeroShotGap") }
      let slope =
        zip(gaps, zeroShot).reduce(0) { $0 + ($1.0 - Self.mean(gaps)) * ($1.1 - Self.mean(zeroShot)) }
        / zeroShot.reduce(0) { $0 + pow($1 - Self.mean(zeroShot), 2) }
      close("zeroShotSlope", slope)
      close("gapBeyondZeroShot", Self.mean(gaps) - slope * Self.mean(zeroShot))
      for column in ["trainingLoss", "heldOutLoss", "xStar", "xStarHeldOut", "rSample", "rPool", "accuracy"] {
        close(column, Self.mean(own.map { $0.number(column) }))
        #expect(curve.number("\(column)Low") <= curve.number(column) + 1e-12)
        #expect(curve.number("\(column)High") >= curve.number(column) - 1e-12)
      }
      // An interval of a mean is about 2 · 1.96 standard errors wide.
      let error = (gaps.reduce(0) { $0 + pow($1 - Self.mean(gaps), 2) } / Double(own.count - 1) / Double(own.count))
        .squareRoot()
      let width = (curve.number("gapHigh") - curve.number("gapLow")) / (2 * 1.96 * error)
      #expect(abs(width - 1) < 0.2, "\(width)")
      let heldOutErrors = details.matching(key).filter { $0["purpose"] == "estimate" && $0["localised"] == "true" }
      close("heldOutError", Self.mean(heldOutErrors.map { $0.number("heldOutError") }))
      #expect(
        curve["aboveUniformLoss"] == "\(Self.mean(own.map { $0.number("trainingLoss") }) + Self.mean(bounds) > log(12))"
      )
    }
  }

  @Test func fewDrawsAndNoSignVectorsLeaveFieldsEmpty() throws {
    var sweep = SyntheticSweep()
    (sweep.draws, sweep.signPairs, sweep.delta) = (5, 0, 0.05)
    sweep.temperature = 2
    let (_, details, curves) = try Self.files(sweep)
    for curve in curves.rows {
      for column in [
        "bNeededHigh", "bRademacher", "bRademacherLow", "bRademacherDraws", "bound", "boundLow", "coverage",
        "crossFittedCoverage", "bCertificate", "aboveUniformLoss",
      ] {
        #expect(curve[column] == "", "\(column) is \(curve[column] ?? "not there")")
      }
      #expect(!curve.number("bNeeded").isNaN && !curve.number("gapLow").isNaN)
    }
    #expect(details.rows.allSatisfy { $0["signedMaximum"] == "" && $0["posteriorSamples"] == "" })
    #expect(curves.rows.allSatisfy { $0["pacBayesBound"] == "" && $0["pacBayesCoverage"] == "" })
  }

  @Test func aPointWithoutLocalisedDrawsHasNoEstimates() throws {
    var results = try SyntheticSweep(draws: 6, signPairs: 4).results()
    results.sweeps[0].draws = results.sweeps[0].draws.map { record in
      DrawRecord(
        draw: record.draw, budget: record.budget, zeroShotTrainingLoss: record.zeroShotTrainingLoss,
        points: record.points.enumerated().map { $0 == 2 ? $1.notLocalised : $1 })
    }
    let report = try BoundReport(results, provenance: .testing)
    let curves = try CSVRows(CurvesCSV.text(report))
    let row = curves.matching(["lambda": "1", "size": "24"])[0]
    #expect(row["draws"] == "6" && row["localisedDraws"] == "0" && row["gapMean"] == "" && row["bound"] == "")
    #expect(row["inSet"] != "")
    #expect(curves.matching(["lambda": "10", "size": "24"])[0]["gapMean"] != "")
  }

  @Test func theArticleHasEveryColumn() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let article = try String(contentsOfFile: "\(root)/Sources/RPP/RPP.docc/BoundCurves.md", encoding: .utf8)
    for column in DrawsCSV.columns + DetailsCSV.columns + CurvesCSV.columns {
      // The columns with another X have the names of the others and an ending.
      let plain = column.replacing(/(HeldOut|Cap)$/, with: "")
      #expect(
        article.contains("`\(column)`") || CurvesCSV.columns.contains(plain) && article.contains("`\(plain)`"),
        "\(column) is not in the article")
    }
  }
}

extension PointRecord {
  /// The same, not localised.
  fileprivate var notLocalised: PointRecord {
    PointRecord(
      weight: weight, trainingLoss: trainingLoss, trainingLossVariance: trainingLossVariance, heldOutLoss: heldOutLoss,
      heldOutError: heldOutError, xStar: xStar, xStarHeldOut: xStarHeldOut, rSample: rSample, rPool: rPool,
      gradientNorm: gradientNorm, objectiveChange: objectiveChange, evaluations: evaluations, isLocalised: false,
      accuracy: accuracy, newClassAccuracy: newClassAccuracy)
  }
}
