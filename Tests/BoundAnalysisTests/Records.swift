import BoundAnalysis

/// Sweeps whose records are given numbers.
enum Records {
  /// The numbers of one draw at one λ that a test cares about.
  struct Values {
    var trainingLoss = 0.5
    var heldOutLoss = 1.0
    var variance = 0.1
    var xStar = 2.0
    var rSample = 0.0
    var rPool = 0.0
    var isLocalised = true
    var heldOutError = 0.0
  }

  static func point(_ weight: DistillationWeight, _ values: Values) -> PointRecord {
    PointRecord(
      weight: weight, trainingLoss: values.trainingLoss, trainingLossVariance: values.variance,
      heldOutLoss: values.heldOutLoss, heldOutError: values.heldOutError, xStar: values.xStar,
      xStarHeldOut: values.xStar + 1, rSample: values.rSample, rPool: values.rPool, gradientNorm: nil,
      objectiveChange: 0, evaluations: 1, isLocalised: values.isLocalised, accuracy: 0.5, newClassAccuracy: nil)
  }

  /// A sweep of one size with one pilot, whose R on the pool is `radius`.
  static func sweep(
    _ setting: BoundSetting, radius: Double = 1, facts: FamilyFacts = FamilyFacts(uniformLoss: 2, lossCap: 20),
    signedMaxima: [Double] = [], zeroShotTrainingLosses: [Double]? = nil,
    _ values: (_ weight: DistillationWeight, _ draw: Int) -> Values
  ) -> FamilySweep {
    let size = setting.sizes[0]
    func record(_ draw: TrainingDraw, _ values: (DistillationWeight) -> Values) -> DrawRecord {
      DrawRecord(
        draw: draw, budget: setting.budget, zeroShotTrainingLoss: zeroShotTrainingLosses?[draw.index] ?? 1.5,
        points: setting.weights.map { point($0, values($0)) })
    }
    var pilot = Values()
    pilot.rPool = radius
    return FamilySweep(
      name: "records", parameterCount: 3, facts: facts, zeroShotHeldOutLoss: 1.5, heldOutCount: 100,
      pilots: [record(TrainingDraw(.pilot, size: size, index: 0)) { _ in pilot }],
      draws: (0..<setting.draws).map { index in
        record(TrainingDraw(.estimate, size: size, index: index)) { values($0, index) }
      },
      signedMaxima: setting.weights.flatMap { weight in
        signedMaxima.enumerated().map {
          SignedMaximum(weight: weight, draw: TrainingDraw(.estimate, size: size, index: $0.offset), value: $0.element)
        }
      })
  }

  static func isClose(_ a: Double, _ b: Double, within tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a))
  }
}
