import BoundAnalysis
import Experiments
import Statistics

/// `results.json` of a sweep: everything that the report knows but the draws, which `draws.csv` and `details.csv` have.
struct BoundDocument: Encodable {
  struct Family: Encodable {
    let name: String
    let parameterCount: Int
    let budget: Int
    let facts: FamilyFacts
    let zeroShotHeldOutLoss: Double
    let heldOutCount: Int
    let verdicts: [Sentence]
    let curves: [Curve]
    let gapBySize: [Slope]
    let budgets: [Budget]
  }

  /// A verdict, among whose numbers λ may be infinite.
  struct Sentence: Encodable {
    let kind: Verdict.Kind
    let question: Verdict.Question
    let size: Int?
    let text: String
    let numbers: [String: FileValue]

    init(_ verdict: Verdict) {
      kind = verdict.kind
      question = verdict.question
      size = verdict.size
      text = verdict.text
      numbers = verdict.numbers.mapValues(FileValue.number)
    }
  }

  struct Curve: Encodable {
    let size: Int
    let needed: Fit?
    let gap: Fit?
    let trends: [String: KendallTrend]
    let choice: Choice?
    /// The columns of `curves.csv`.
    let points: [[String: FileValue]]
  }

  struct Fit: Encodable {
    let limit: Measured
    let limitInterval: Interval?
    let scale: Measured
    let exponent: Measured

    init(_ fit: LimitFit) {
      limit = fit.fit.limit
      limitInterval = fit.limit.value
      scale = fit.fit.scale
      exponent = fit.fit.exponent
    }
  }

  struct Choice: Encodable {
    let lambdaByHeldOut: DistillationWeight
    let lambdaByBound: DistillationWeight
    let cost: Estimate
    let costOfSmallest: Double

    init(_ choice: WeightChoice) {
      lambdaByHeldOut = choice.byHeldOut.weight
      lambdaByBound = choice.byBound.weight
      cost = choice.cost
      costOfSmallest = choice.costOfSmallest
    }
  }

  struct Slope: Encodable {
    let lambda: DistillationWeight
    let sizes: [Int]
    let slope: Measured?
  }

  struct Budget: Encodable {
    let lambda: DistillationWeight
    let size: Int
    let budget: Int
    let draws: Int
    let localised: Int
    let gap: Double
    let gapChange: Estimate?
    let trainingLoss: Double
    let heldOutLoss: Double
    let heldOutChange: Estimate?
  }

  let setting: BoundSetting
  let form: String
  let inequality: String
  let facts: [BoundResults.Fact]
  let seconds: Double
  let provenance: Provenance
  let families: [Family]

  init(_ report: BoundReport) {
    setting = report.results.setting
    form = report.curves[0].form
    inequality = report.curves[0].formSummary
    facts = report.results.facts
    seconds = report.results.seconds
    provenance = report.provenance
    families = report.families.map(Self.family)
  }

  private static func family(_ family: SweptFamily) -> Family {
    let curves = family.curves
    return Family(
      name: curves.family, parameterCount: curves.parameterCount, budget: curves.budget, facts: curves.facts,
      zeroShotHeldOutLoss: curves.zeroShotHeldOutLoss, heldOutCount: curves.heldOutCount,
      verdicts: family.verdicts.map(Sentence.init),
      curves: curves.curves.indices.map { curve(family, $0) },
      gapBySize: curves.gapBySize.map {
        Slope(lambda: $0.weight, sizes: $0.line.value?.sizes ?? [], slope: $0.line.value?.slope)
      },
      budgets: curves.budgets.map {
        Budget(
          lambda: $0.weight, size: $0.size, budget: $0.budget, draws: $0.draws, localised: $0.localised, gap: $0.gap,
          gapChange: $0.gapChange, trainingLoss: $0.trainingLoss, heldOutLoss: $0.heldOutLoss,
          heldOutChange: $0.heldOutChange)
      })
  }

  private static func curve(_ family: SweptFamily, _ place: Int) -> Curve {
    let curve = family.curves.curves[place]
    let trends = CurveTrend.Quantity.allCases.compactMap { quantity in
      curve.trend(quantity).value.map { (quantity.rawValue, $0) }
    }
    return Curve(
      size: curve.size, needed: curve.needed.value.map(Fit.init), gap: curve.gap.value.map(Fit.init),
      trends: Dictionary(uniqueKeysWithValues: trends), choice: curve.choice.value.map(Choice.init),
      points: curve.points.indices.map {
        CurvesCSV.values(CurvesCSV.Line(family: family, curve: place, point: $0))
      })
  }
}
