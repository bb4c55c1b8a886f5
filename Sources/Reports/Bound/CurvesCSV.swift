import Basics
import BoundAnalysis
import Statistics

/// `curves.csv`: one line for each family, λ and N, with every estimate and its interval. The formulas are in the article
/// "What Theorem 1 says, and how we check it".
package enum CurvesCSV {
  /// The columns' names, in order.
  package static var columns: [String] { all.map(\.name) }

  package static func text(_ report: BoundReport) -> String {
    var text = CSV.line(columns)
    for family in report.families {
      for index in family.setting.weights.indices {
        for place in family.curves.curves.indices {
          let line = Line(family: family, curve: place, point: index)
          text += CSV.line(all.map { $0.value(line).field })
        }
      }
    }
    return text
  }

  /// The values of a line by column.
  static func values(_ line: Line) -> [String: FileValue] {
    Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.value(line)) })
  }

  /// One λ and N of a family.
  struct Line {
    let family: SweptFamily
    /// The place of N among the curves.
    let curve: Int
    /// The place of λ among the points.
    let point: Int

    fileprivate var at: CurvePoint { family.curves.curves[curve].points[point] }
    fileprivate var estimates: PointEstimates? { at.estimates.value }
    fileprivate var means: PointMeans? { family.means[curve][point] }
  }

  private struct Column: Sendable {
    let name: String
    let value: @Sendable (Line) -> FileValue

    init(_ name: String, _ value: @escaping @Sendable (Line) -> FileValue) {
      self.name = name
      self.value = value
    }
  }

  private static let all: [Column] =
    key + shares + losses + gaps + divergences + maxima + bounds() + accuracies + pacBayes + constants

  private static let key = [
    Column("structure") { .text($0.family.sweep.name) }, Column("lambda") { .text($0.at.weight.text) },
    Column("size") { .count($0.at.size) }, Column("draws") { .count($0.at.draws) },
  ]

  private static let shares = [
    Column("localisedDraws") { .count($0.at.localised) }, Column("localised") { .number($0.at.localisedShare) },
    Column("inSet") { .number($0.at.inSetShare) }, Column("converged") { .number($0.at.convergedShare) },
    Column("gradientNorm") { .optional($0.at.gradientNorm) },
  ]

  private static let losses =
    estimate("trainingLoss") { $0.means?.trainingLoss } + estimate("heldOutLoss") { $0.estimates?.heldOutLoss } + [
      Column("heldOutError") { .optional($0.estimates?.heldOutPoolError) }
    ]

  private static let gaps =
    [Column("gapMean") { .optional($0.estimates?.gap.value) }] + interval("gap") { $0.estimates?.gap.interval }
    + interval("gapWithPool") { $0.estimates?.gapWithPool.interval } + [
      Column("gapError") { .optional($0.estimates?.gapError) }
    ] + estimate("gapQuantile") { $0.estimates?.gapQuantile }
    + estimate("gapBeyondZeroShot") { $0.estimates?.gapBeyondZeroShot.value?.mean } + [
      Column("zeroShotSlope") { .optional($0.estimates?.gapBeyondZeroShot.value?.beta) }
    ]

  private static let divergences =
    estimate("rSample") { $0.estimates?.rSample } + estimate("rPool") { $0.estimates?.rPool } + [
      Column("radius") { .number($0.at.radius) }
    ]

  private static let maxima =
    estimate("xStar") { $0.means?.xStar } + estimate("xStarHeldOut") { $0.means?.xStarHeldOut }

  /// The source's X* first, under the plain names; then the same with X from the held-out pool and with the data-free cap.
  private static func bounds() -> [Column] {
    interval("concentration") { $0.means?.concentration.interval }
      + LossLimit.allCases.flatMap { bound($0) }
      + estimate("bRademacher") { $0.means?.rademacher } + [
        Column("bRademacherDraws") { $0.estimates?.rademacher.value.map { .count($0.count) } ?? .none }
      ]
      + interval("bound") { boundInterval($0) } + [
        Column("aboveUniformLoss") { line in
          line.estimates.flatMap { line.family.curves.exceedsUniformLoss($0, $0.onSample) }.map(FileValue.flag) ?? .none
        },
        Column("aboveZeroShotLoss") { line in
          line.estimates.flatMap { line.family.curves.exceedsZeroShot($0, $0.onSample) }.map(FileValue.flag) ?? .none
        },
      ]
  }

  private static func bound(_ limit: LossLimit) -> [Column] {
    let suffix =
      switch limit {
      case .trainingMaximum: ""
      case .heldOutMaximum: "HeldOut"
      case .dataFreeCap: "Cap"
      }
    func number(_ name: String, _ value: @escaping @Sendable (BoundEstimates) -> Double?) -> Column {
      Column(name + suffix) { .optional($0.estimates?.bound(limit).flatMap(value)) }
    }
    return [
      number("largestLoss") { $0.largestLoss }, number("concentration") { $0.concentration },
      number("bNeeded") { $0.needed }, number("bNeededHigh") { $0.neededHigh.value },
      number("bNeededUnclipped") { $0.neededUnclipped },
      number("bNeededUnclippedLow") { $0.neededInterval.low },
      number("bNeededUnclippedHigh") { $0.neededInterval.high },
      number("bCertificate") { $0.certificate.value }, number("bound") { $0.bound.value },
      number("coverage") { $0.coverage.value?.share }, number("coverageLow") { $0.coverage.value?.interval.low },
      number("coverageHigh") { $0.coverage.value?.interval.high },
      number("bFittedOnEven") { $0.crossFitted.value?[0] }, number("bFittedOnOdd") { $0.crossFitted.value?[1] },
      number("crossFittedCoverage") { $0.crossFittedCoverage.value?.share },
      number("crossFittedCoverageLow") { $0.crossFittedCoverage.value?.interval.low },
      number("crossFittedCoverageHigh") { $0.crossFittedCoverage.value?.interval.high },
    ]
  }

  /// The bound with the ends of the Rademacher estimate's interval in place of the estimate, as a mean over draws.
  private static func boundInterval(_ line: Line) -> Interval? {
    guard let rademacher = line.means?.rademacher, line.estimates?.onSample.bound.value != nil else { return nil }
    let ends = [rademacher.interval.low, rademacher.interval.high].map { end in
      let family = line.family
      let bounds = family.draws(size: line.at.size).map { $0.points[line.point] }.filter(\.isLocalised).map { point in
        family.form.bound(
          concentration: family.form.concentration(
            largestLoss: point.xStar, lossVariance: point.trainingLossVariance, size: line.at.size,
            delta: family.setting.delta),
          complexity: family.form.complexity(rademacher: end) ?? end)
      }
      return bounds.reduce(0, +) / Double(bounds.count)
    }
    return Interval(low: ends.min()!, high: ends.max()!, level: 0.95)
  }

  private static let accuracies =
    estimate("accuracy") { $0.means?.accuracy } + estimate("newClassAccuracy") { $0.means?.newClassAccuracy }

  private static let pacBayes =
    estimate("pacBayesBound") { $0.at.pacBayes.value?.bound } + [
      Column("pacBayesTrainingError") { .optional($0.at.pacBayes.value?.trainingError) }
    ] + estimate("pacBayesHeldOutError") { $0.at.pacBayes.value?.heldOutError } + [
      Column("pacBayesCoverage") { .optional($0.at.pacBayes.value?.coverage.share) },
      Column("pacBayesCoverageLow") { .optional($0.at.pacBayes.value?.coverage.interval.low) },
      Column("pacBayesCoverageHigh") { .optional($0.at.pacBayes.value?.coverage.interval.high) },
      Column("pacBayesDivergence") { .optional($0.at.pacBayes.value?.divergence) },
      Column("pacBayesDeviation") { .optional($0.at.pacBayes.value?.deviation) },
    ]

  private static let constants = [
    Column("delta") { .number($0.family.setting.delta) },
    Column("uniformLoss") { .number($0.family.sweep.facts.uniformLoss) },
    Column("lossCap") { .optional($0.family.sweep.facts.lossCap) },
    Column("zeroShotHeldOutLoss") { .number($0.family.sweep.zeroShotHeldOutLoss) },
  ]

  private static func estimate(
    _ name: String, _ value: @escaping @Sendable (Line) -> Estimate?
  ) -> [Column] {
    [Column(name) { .optional(value($0)?.value) }] + interval(name) { value($0)?.interval }
  }

  private static func interval(
    _ name: String, _ value: @escaping @Sendable (Line) -> Interval?
  ) -> [Column] {
    [Column("\(name)Low") { .optional(value($0)?.low) }, Column("\(name)High") { .optional(value($0)?.high) }]
  }
}
