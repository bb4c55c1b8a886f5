/// The example that a plugin of one's own begins as: complete, working, and short enough to be read at once.
enum PluginExample {
  static func source(_ kind: PluginKind, type: String, command: String) -> String {
    switch kind {
    case .structure: structure(type, command)
    case .supervision: supervision(type, command)
    }
  }

  private static func structure(_ type: String, _ command: String) -> String {
    #"""
    import RPP

    /// Two learned vectors in turns, as stripes in front of the class name: a b a b … NAME.
    public struct \#(type): PromptStructure {
      /// What a user can choose, as in `\#(command):stripes=6`.
      public struct Options: PluginOptions {
        /// How many rows the stripes take.
        public var stripes = 4

        public init() {}
        public static var all: [PluginOption<Options>] {
          [.integer("stripes", \.stripes, in: 2...32, "rows of stripes in front of the class name")]
        }
      }

      public static let name = "\#(command)"
      /// One line for lists of plugins; change it with what the plugin does.
      public static let summary = "Two learned vectors in turns in front of the class name."
      /// What to cite, as "Zhou et al., IJCV 2022".
      public static let paper: String? = nil
      /// What it is trained with where neither the user nor the backbone's card says so.
      public static let publishedRecipe: TrainingRecipe? = .published(
        learningRate: 0.002, batchSize: 32, epochs: 50)

      public let options: Options
      public init(options: Options = Options()) { self.options = options }

      /// The two vectors, `[2, text width]`.
      static let colors = LearnedTensor("colors")

      /// Random numbers with standard deviation 0.02.
      public func initialParameters(
        _ context: PromptContext, from stream: inout RandomStream
      ) -> [LearnedTensor: Tensor] {
        let width = context.configuration.text.width
        return [Self.colors: Tensor(shape: [2, width], stream.normals(2 * width, deviation: 0.02))]
      }

      /// Start token, stripes, class name, full stop, end token; the image stays as it is.
      public func prompts(_ input: PromptInput) throws -> Prompts {
        let rows = try input[Self.colors].gatheringRows((0..<options.stripes).map { $0 % 2 })
        return Prompts(texts: [
          TextPrompts(
            sequences: input.context.sequences(promptLength: options.stripes),
            layers: [.tokens(rows)])
        ])
      }
    }

    """#
  }

  private static func supervision(_ type: String, _ command: String) -> String {
    #"""
    import RPP

    /// A penalty on confidence: Σ p ln p over the classes, mean over the batch. It is smallest
    /// where all classes are equally likely; added to `hard-label` it keeps learned prompts from being
    /// surer than a few images allow.
    public struct \#(type): SupervisionTerm {
      public static let name = "\#(command)"
      /// One line for lists of plugins; change it with what the plugin does.
      public static let summary = "A penalty on probabilities that are surer than a few images allow."
      /// What to cite; of the example: Pereyra et al., Regularizing Neural Networks by Penalizing Confident Output
      /// Distributions, 2017.
      public static let paper: String? = nil

      public let options: NoOptions
      public init(options: NoOptions = NoOptions()) { self.options = options }

      /// The negative entropy of the prompted model's probabilities, a scalar. Its weight in the loss, as in
      /// `hard-label+\#(command):weight=0.1`, belongs to the sum of all terms.
      public func loss(_ input: SupervisionInput) -> Variable {
        let logProbabilities = input.prediction.logits.logSoftmax()
        let sum = (logProbabilities.exponential() * logProbabilities).sum()
        return sum * (1 / Float(input.labels.count))
      }
    }

    """#
  }
}
