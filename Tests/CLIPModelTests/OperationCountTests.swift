import CLIPModel
import Tensors
import Testing

@Suite("What encoding needs, counted by hand")
struct OperationCountTests {
  private let configuration = CLIPConfiguration(
    text: .init(width: 8, layers: 2, heads: 2), vision: .init(width: 4, layers: 2, heads: 1), embedDimension: 3,
    contextLength: 16, vocabularySize: 20, patchSize: 2, imageSize: 4, activation: .quickGELU)

  @Test func imagesWithoutPromptsNeedOnlyTheWayThere() {
    let count = OperationCount(configuration, images: 2, prompts: nil)
    // 2 images of 1 + 4 rows, width 4, hidden 16.
    let embedding = 2 * 2 * 4 * (3 * 2 * 2) * 4
    let first = 10 * (2 * 4 * 4 * 4 + 2 * 2 * 4 * 16) + 4 * 4 * 10 * 5
    // In the last layer all rows are keys and values, and only the class tokens are query rows and leave.
    let last = 10 * (2 * 2 * 4 * 4) + 2 * (2 * 2 * 4 * 4 + 2 * 2 * 4 * 16) + 4 * 4 * 2 * 5
    #expect(count.forward == Double(embedding + first + last + 2 * 2 * 4 * 3))
    #expect(count.backward == 0)
  }

  @Test func promptsOfImagesAreMappedOnceAndLeaveOnlyTheLastLayerThatTheyEnter() {
    var deep = configuration
    deep.vision.layers = 3
    let prompt = LayerPrompt.tokens(Variable(Tensor(shape: [2, 4], repeating: 0)))
    let count = OperationCount(deep, images: 3, prompts: VisionPrompts(layers: [prompt, prompt]))
    // 3 images of 5 rows and 2 prompts. In layer 0 the prompts are keys and values, computed once for all images.
    let rowOut = 2 * 4 * 4 + 2 * 2 * 4 * 16
    let first = 2 * (2 * 2 * 4 * 4) + 15 * rowOut + 0
    // In layer 1 they are query rows too, and leave; they enter it as two rows.
    let second = 17 * (3 * 2 * 4 * 4) + 21 * rowOut
    let last = 21 * (2 * 2 * 4 * 4) + 3 * (2 * 4 * 4 + rowOut)
    let attention = 4 * 4 * (15 * 7 + 21 * 7 + 3 * 7)
    let projection = 2 * 3 * 4 * 3
    #expect(count.forward == Double(first + second + last + attention + projection))
    #expect(count.backward == Double(first + second + last + 2 * attention + projection))
  }

  @Test func textsShareTheirPrefixAndNothingIsNeededBeforeThePrompts() {
    // [SOS] [prompt] in common, then [name] [EOS] for each of two classes; one layer is prompted.
    let prompts = TextPrompts(
      sequences: [[.token(18), .prompt(0), .token(1), .token(19)], [.token(18), .prompt(0), .token(2), .token(19)]],
      layers: [LayerPrompt.tokens(Variable(Tensor(shape: [1, 8], repeating: 0)))])
    let count = OperationCount(configuration, texts: prompts)
    // 5 rows behind the start token; in layer 0 only the prompt's queries, keys and values are not constant.
    let rowOut = 2 * 8 * 8 + 2 * 2 * 8 * 32
    let visible = 2 + 2 * (3 + 4)
    let first = 3 * 2 * 8 * 8 + 5 * rowOut
    let last = 5 * 2 * 2 * 8 * 8 + 2 * (2 * 8 * 8 + rowOut)
    let projection = 2 * 2 * 8 * 3
    let attention = 4 * 8 * (visible + 2 * 4)
    #expect(count.forward == Double(first + last + projection + attention))
    #expect(count.backward == Double(first + last + projection + 2 * attention))
    #expect(OperationCount(configuration, texts: TextPrompts(tokens: [[18, 1, 19]])).total == 0)
  }
}
