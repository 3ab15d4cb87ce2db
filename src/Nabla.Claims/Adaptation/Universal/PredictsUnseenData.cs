using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Universal;

/// <summary>Trains a small transformer on random computations, then asks it for words that repeat, and trains it on them.</summary>
[Claim(
    "universal-pretraining/predicts-unseen-data",
    Says = "A small model pretrained on random computations predicts data that it has not seen, words that repeat, better than chance, and learns them faster than one that begins from scratch.",
    Source = "arXiv:2506.20057, abstract, scaled down",
    Seconds = 4.0)]
internal sealed class PredictsUnseenData : Claim<PredictsUnseenData.Subject>
{
    private const int Vocabulary = 8;
    private const int Length = 33;

    // Nats a token; without computations the loss stays within 0.01 of chance.
    private const double Margin = 0.03;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(2, 20, IsPretrained: true);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["computations-without-weights"] = new(0, 0, IsPretrained: true),
        ["not-pretrained"] = new(2, 20, IsPretrained: false),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var words = Words(context.Seed);
        var task = new SequenceTask("words", words[..100], words[100..], 16, context.Seed);
        var text = Text(context.Seed);
        var textTask = new SequenceTask("text", text, text, 16, context.Seed);
        using var model = Model(context.Seed);
        using var scratch = Model(context.Seed);
        if (subject.IsPretrained)
        {
            using var pretraining = UniversalPretraining.Begin(
                model,
                new UniversalPretrainingOptions
                {
                    Length = Length,
                    Buffer = 128,
                    Batch = 24,
                    ComputationWidth = 16,
                    Gain = subject.Gain,
                    Sharpness = subject.Sharpness,
                },
                new AdamWOptions { LearningRate = 5e-3, WeightDecay = 0 },
                context.Seed);
            pretraining.Run(context.Full ? 5000 : 350, context.CancellationToken);
            context.CancellationToken.ThrowIfCancellationRequested();
        }

        var (before, onText, chance) = (task.Evaluate(model), textTask.Evaluate(model), Math.Log(Vocabulary));
        var (after, scratchAfter) = (Learn(model, task), Learn(scratch, task));
        return ClaimOutcome.Of(
            before <= chance - Margin && after <= scratchAfter - Margin,
            ("loss_before_any_word", before),
            ("chance", chance),
            ("loss_after_some_words", after),
            ("loss_from_scratch", scratchAfter),
            ("margin", Margin),
            ("loss_before_any_text", onText));
    }

    private static Gpt Model(Seed seed) =>
        new(new GptOptions { Layers = 1, Heads = 2, Width = 32, Context = Length - 1, Vocabulary = Vocabulary }, seed);

    // Random words of three to six tokens, again and again.
    private static IReadOnlyList<int>[] Words(Seed seed)
    {
        var random = new RandomStream(seed.Derive("words"));
        return [.. Enumerable.Range(0, 200).Select(_ =>
        {
            int[] word = [.. Enumerable.Range(0, 3 + random.NextInt(4)).Select(_ => random.NextInt(Vocabulary))];
            return (IReadOnlyList<int>)[.. Enumerable.Range(0, Length).Select(i => word[i % word.Length])];
        })];
    }

    // Letters in seven classes, and one for all else. Told beside the verdict: it takes more training than quick mode has.
    private static IReadOnlyList<int>[] Text(Seed seed) =>
    [
        .. MadeSentences.Write(seed.Derive("text"), 100 * Length)
            .Select(b => (char)(b | 0x20) is var c && c is >= 'a' and <= 'z' ? (c - 'a') % (Vocabulary - 1) : Vocabulary - 1)
            .Chunk(Length).Take(100),
    ];

    // A few steps: what matters is how fast the model learns.
    private static double Learn(Gpt model, SequenceTask task)
    {
        task.Load(new StateReader([], [("position", 0L)]));
        using var run = new StandardRetraining(new()).Begin(model, [task], new AdamWOptions { LearningRate = 3e-3, WeightDecay = 0 });
        run.Run(new() { Rounds = 30 });
        return task.Evaluate(model);
    }

    /// <summary>Gain and sharpness of the computations, and whether there is any pretraining.</summary>
    internal sealed record Subject(double Gain, double Sharpness, bool IsPretrained);
}
