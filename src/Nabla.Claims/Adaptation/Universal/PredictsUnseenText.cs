using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Universal;

/// <summary>Trains a small transformer on random computations, asks it to predict text and repeated words, and trains it on the text.</summary>
[Claim(
    "universal-pretraining/predicts-unseen-data",
    Says = "A small model pretrained on random computations predicts text that it has not seen better than chance, and learns it faster than one that begins from scratch.",
    Source = "arXiv:2506.20057, abstract",
    Seconds = 4.0)]
internal sealed class PredictsUnseenText : Claim<PredictsUnseenText.Subject>
{
    private const int Vocabulary = 28;
    private const int Length = 33;

    // Nats a token: far above the spread over seeds, which was measured below 0.05.
    private const double Margin = 0.15;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(3, 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["computations-without-weights"] = new(1e-6, 1),
        ["not-pretrained"] = new(3, 0),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var steps = context.Full ? 5000 : 200;
        var text = Text(context.Seed);
        var task = new SequenceTask("text", text[..200], text[200..300], 16, context.Seed);
        using var model = Model(context.Seed);
        if (subject.Share > 0)
        {
            using var pretraining = UniversalPretraining.Begin(
                model,
                new UniversalPretrainingOptions { Length = Length, Buffer = 128, Gain = subject.Gain },
                new AdamWOptions { LearningRate = 3e-3, WeightDecay = 0 },
                context.Seed);
            pretraining.Run(steps, context.CancellationToken);
            context.CancellationToken.ThrowIfCancellationRequested();
        }

        using var scratch = Model(context.Seed);
        var (before, chance) = (task.Evaluate(model), Math.Log(Vocabulary));
        var (after, scratchAfter) = (Learn(model, task), Learn(scratch, task));
        return ClaimOutcome.Of(
            before <= chance - Margin && after <= scratchAfter - Margin,
            ("loss_before_any_text", before),
            ("chance", chance),
            ("loss_after_some_text", after),
            ("loss_from_scratch", scratchAfter),
            ("margin", Margin));
    }

    private static Gpt Model(Seed seed) =>
        new(new GptOptions { Layers = 1, Heads = 2, Width = 32, Context = Length - 1, Vocabulary = Vocabulary }, seed);

    // Letters without case, a space, and one token for all else.
    private static IReadOnlyList<int>[] Text(Seed seed)
    {
        var bytes = MadeSentences.Write(seed.Derive("text"), 300 * Length);
        return [.. bytes.Select(b => (char)(b | 0x20) is var c && c is >= 'a' and <= 'z' ? c - 'a' : b == ' ' ? 26 : 27).Chunk(Length).Take(300)];
    }

    // A few steps: what matters is how fast the model learns.
    private static double Learn(Gpt model, SequenceTask task)
    {
        task.Load(new StateReader([], [("position", 0L)]));
        using var run = new StandardRetraining(new()).Begin(model, [task], new AdamWOptions { LearningRate = 1e-3, WeightDecay = 0 });
        run.Run(new() { Rounds = 20 });
        return task.Evaluate(model);
    }

    /// <summary>The gain of the computations, and whether the model is pretrained.</summary>
    internal sealed record Subject(double Gain, double Share);
}
