using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Attention;

/// <summary>Samples of a model whose singular values are others; the first model is fitted to them by its singular values alone.</summary>
[Claim(
    "clover/singular-values-adapt",
    Says = "Training the singular values alone, a number for each pair of vectors, adapts a model to a task that needs others: at least two thirds of the excess loss goes, and no weight moves.",
    Source = "arXiv:2411.17426, fine-tuning of singular values",
    Seconds = 1.5)]
internal sealed class SingularValuesAdapt : Claim<SingularValuesAdapt.Subject>
{
    private const double Share = 2.0 / 3;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(0.03, VectorsMove: false);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["values-rest"] = new(0, VectorsMove: false),
        ["task-needs-other-vectors"] = new(0.03, VectorsMove: true),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        using var teacher = CloverModels.Gpt(context.Seed);
        using (var other = new Clover(teacher, new CloverOptions()))
        {
            Change(teacher, other, subject.VectorsMove, context.Seed);
        }

        var count = context.Full ? 1000 : 250;
        var texts = TokenGeneration.Generate(
            teacher,
            [.. Enumerable.Repeat<IReadOnlyList<int>>([0], 2 * count)],
            new DecodingOptions { MaxNewTokens = CloverModels.Context - 1, Temperature = 1, Seed = context.Seed.Derive("texts") })
            .Select(tokens => (IReadOnlyList<int>)[0, .. tokens]).ToArray();
        var task = new SequenceTask("texts", texts[..count], texts[count..], 50, context.Seed);
        using var model = CloverModels.Gpt(context.Seed);
        using var clover = new Clover(model, new CloverOptions());
        var weights = model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles()).ToArray();
        var result = TaskAdaptation.Adapt(
            model, clover, task, new AdamWOptions { LearningRate = subject.Rate, WeightDecay = 0 },
            new() { Steps = context.Full ? 400 : 100, CancellationToken = context.CancellationToken });
        context.CancellationToken.ThrowIfCancellationRequested();
        var floor = task.Evaluate(teacher);
        var moved = model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles()).Zip(weights, (a, b) => Math.Abs(a - b)).Max();
        var gone = 1 - ((result.Last - floor) / (result.Start - floor));
        return ClaimOutcome.Of(
            gone >= Share && moved == 0,
            ("share_of_excess_loss_gone", gone),
            ("limit", Share),
            ("excess_loss_before", result.Start - floor),
            ("trained_numbers", clover.Parameters.Sum(p => p.Value.ElementCount)),
            ("largest_move_of_a_weight", moved));
    }

    private static void Change(Gpt teacher, Clover clover, bool vectorsMove, Seed seed)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        var random = new RandomStream(seed.Derive("task"));
        if (vectorsMove)
        {
            foreach (var layer in teacher.AdaptableLayers.Where(layer => !layer.IsEmbedding))
            {
                var weight = layer.Weight.Value;
                weight.CopyFrom(weight + (random.NextGaussians(weight.Shape) * 0.2));
            }

            return;
        }

        foreach (var parameter in clover.Parameters)
        {
            parameter.Value.CopyFrom((random.NextGaussians(parameter.Value.Shape) * 0.7).Exp());
        }

        clover.Merge();
    }

    /// <summary>The rate of the values, and whether the task changes the vectors instead of the values.</summary>
    internal sealed record Subject(double Rate, bool VectorsMove);
}
